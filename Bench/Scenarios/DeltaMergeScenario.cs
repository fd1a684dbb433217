using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Work;

namespace OrleansBatch.Bench.Scenarios;

// delta-merge: batches replace rows that lie scattered over large files. The reference writes these files anew.
internal sealed class DeltaMergeScenario : IScenario
{
    public string Name => "delta-merge";

    public string What => "scattered rows of large files of a Delta table, marked and written anew";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        var rows = bench.Options.Scaled(1_000_000, 10_000);
        using var marked = new MergeWork(Path.Combine(bench.Directory, "merge-marked"), rows, marks: true);
        using var anew = new MergeWork(Path.Combine(bench.Directory, "merge-anew"), rows, marks: false);
        await marked.FillAsync(ct);
        await anew.FillAsync(ct);
        await marked.MergeAsync(ct); // The first round compiles the code.
        var (marks, files) = (new List<(double Seconds, long Bytes)>(), new List<(double Seconds, long Bytes)>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            files.Add(await anew.MergeAsync(ct));
            marks.Add(await marked.MergeAsync(ct));
            bench.Say($"{Name}: {marks[^1].Seconds:0.00} s of a processor, files anew {files[^1].Seconds:0.00} s");
        }

        await AddAsync("processor time", "s", m => m.Seconds, new Bar { RatioAtMost = 0.1 });
        await AddAsync("new bytes", "MB", m => m.Bytes / 1e6, new Bar { AtMost = 1 });

        Task AddAsync(string measure, string unit, Func<(double Seconds, long Bytes), double> of, Bar bar) =>
            bench.Figures.AddAsync(new Figure
            {
                Scenario = Name,
                Case = $"{MergeWork.RowsOfABatch} rows into {MergeWork.Files} files of {rows} rows",
                Measure = measure,
                Unit = unit,
                Runs = [.. marks.Select(of)],
                Reference = new Reference("files written anew", [.. files.Select(of)]),
                Target = bar,
            });
    }
}
