using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Work;

namespace OrleansBatch.Bench.Scenarios;

// delta-commit: the delta sink alone commits batch by batch to a directory.
// The reference is the least that can be durable: DuckDB's write, an fsync, a link, and an fsync of the directory.
internal sealed class DeltaCommitScenario : IScenario
{
    private const int Rows = 1000;

    public string Name => "delta-commit";

    public string What => "one commit a batch in a Delta table, and what the file system takes for that";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        var batches = bench.Options.Scaled(2000, 20);
        using var work = DeltaWork.Make(bench.Directory, Math.Min(batches, 200), Rows, ct);
        await work.CommitAsync(Math.Min(batches, 200), ct); // The first round compiles the code.
        var (sink, alone) = (new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            alone.Add(batches / BareCommits.Run(work.Files, batches, Path.Combine(bench.Directory, $"bare-{run}"), ct));
            sink.Add(batches / await work.CommitAsync(batches, ct));
            bench.Say($"{Name}: {sink[^1]:0} commits/s, without a log {alone[^1]:0}");
        }

        await bench.Figures.AddAsync(new Figure
        {
            Scenario = Name,
            Case = $"{batches} batches of {Rows} rows, one by one",
            Measure = "throughput",
            Unit = "commits/s",
            Runs = sink,
            Reference = new Reference("DuckDB's write, fsync, link, fsync of the directory", alone),
            Target = new Bar { RatioAtLeast = 0.7 },
        });
    }
}
