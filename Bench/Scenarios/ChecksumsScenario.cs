using Microsoft.Extensions.Options;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Work;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DuckDb;

namespace OrleansBatch.Bench.Scenarios;

// checksums: the duckdb sink applies one file of flights with page checksums, in turn with and without checking them.
internal sealed class ChecksumsScenario : IScenario
{
    public string Name => "checksums";

    public string What => "What it costs to check the checksums of a file's pages";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        FlightFiles.Require(bench.Options.File);
        var file = Path.Combine(bench.Directory, "checksums.parquet");
        await FlightFiles.AddChecksumsAsync(bench.Options.File, file, bench.Options.Scaled(3_000_000, 10_000), ct);
        var (verified, trusted) = (new List<double>(), new List<double>());
        await ApplyAsync(bench, file, verify: true, ct); // The first round compiles the code.
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            trusted.Add(await ApplyAsync(bench, file, verify: false, ct));
            verified.Add(await ApplyAsync(bench, file, verify: true, ct));
            bench.Say($"{Name}: {verified[^1]:0.000} s, unchecked {trusted[^1]:0.000} s");
        }

        await bench.Figures.AddAsync(new Figure
        {
            Scenario = Name,
            Case = $"one file of {new FileInfo(file).Length / 1e6:0.0} MB, append",
            Measure = "time",
            Unit = "s",
            Runs = verified,
            Reference = new Reference("the same file, unchecked", trusted),
        });
    }

    private static async Task<double> ApplyAsync(BenchContext bench, string file, bool verify, CancellationToken ct)
    {
        var lake = Path.Combine(bench.Directory, $"lake-{Guid.NewGuid():N}");
        var options = new DuckDbSinkOptions { LakeDirectory = lake, InputRoots = [bench.Directory], VerifyChecksums = verify };
        using var sink = new DuckDbSink(Options.Create(options));
        var run = Guid.NewGuid();
        var batch = new Batch
        {
            Group = new GroupKey(1, "flights"), Seq = 1, RunId = run, BatchIndex = 0, OriginRunId = run, OriginIndex = 0, Path = file,
            SyncType = SyncType.Append,
        };
        var call = new BatchContext(_ => Task.CompletedTask)
        {
            Attempt = 1, FencingToken = 1, AppliedSeq = 0, Silo = Environment.MachineName, Batch = batch,
        };
        var start = TimeProvider.System.GetTimestamp();
        await sink.ApplyAsync(call, ct);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        sink.Dispose();
        Directory.Delete(lake, recursive: true);
        return seconds;
    }
}
