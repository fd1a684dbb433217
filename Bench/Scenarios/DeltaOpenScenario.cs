using OrleansBatch.Bench.Report;
using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Bench.Scenarios;

// delta-open: a table's log is read by who has never seen it: one of 10,000 commits, and one of 10 commits with the same files.
internal sealed class DeltaOpenScenario : IScenario
{
    private static readonly DeltaLogOptions _options = new() { CheckpointInterval = 50 };

    private static readonly string _schema = new DeltaSchema(
        [new DeltaField("id", new PrimitiveType("long")), new DeltaField("name", new PrimitiveType("string"))]).ToJson();

    public string Name => "delta-open";

    public string What => "the log of a table of many commits, and of one of few";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        var files = bench.Options.Scaled(10_000, 100);
        var many = await MakeAsync(Path.Combine(bench.Directory, "log-many"), files, files, ct);
        var few = await MakeAsync(Path.Combine(bench.Directory, "log-few"), files, 10, ct);
        await OpenAsync(many, files, ct); // The first round compiles the code.
        var (long_, short_) = (new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs * 3; run++)
        {
            short_.Add(await OpenAsync(few, files, ct));
            long_.Add(await OpenAsync(many, files, ct));
        }

        bench.Say($"{Name}: {Statistics.Median(long_):0.0} ms, of 10 commits {Statistics.Median(short_):0.0} ms");
        await bench.Figures.AddAsync(new Figure
        {
            Scenario = Name,
            Case = $"{files} commits, {files} files",
            Measure = "time",
            Unit = "ms",
            Runs = long_,
            Reference = new Reference("the same files in 10 commits", short_),
            Target = new Bar { RatioAtMost = 2 },
        });
    }

    private static async Task<DirectoryStore> MakeAsync(string directory, int files, int commits, CancellationToken ct)
    {
        var store = new DirectoryStore(directory);
        var table = new DeltaTable(store, _options, TimeProvider.System);
        Snapshot? snapshot = null;
        for (var i = 0; i < commits; i++)
        {
            var outcome = await table.TryCommitAsync(
                snapshot,
                new Commit
                {
                    Info = new CommitDescription("WRITE"),
                    Transactions = [new Transaction("bench", i)],
                    Protocol = snapshot is null ? DeltaProtocol.Plain : null,
                    Metadata = snapshot is null ? new DeltaMetadata { Id = $"{Guid.NewGuid():D}", SchemaString = _schema } : null,
                    Adds = [.. Enumerable.Range(0, files / commits).Select(_ => AnyFile())],
                },
                ct);
            snapshot = (await table.MaintainAsync(outcome.Snapshot!, ct)).Snapshot;
        }

        return store;
    }

    private static AddFile AnyFile() => new()
    {
        Path = $"part-{Guid.NewGuid():D}.zstd.parquet",
        Size = 100_000,
        ModificationTime = TimeProvider.System.GetUtcNow(),
        Stats = FileStats.Create(1000, []),
    };

    private static async Task<double> OpenAsync(DirectoryStore store, int files, CancellationToken ct)
    {
        var start = TimeProvider.System.GetTimestamp();
        var snapshot = await new DeltaTable(store, _options, TimeProvider.System).ReadAsync(null, ct);
        var took = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        return snapshot?.Files.Count == files
            ? took
            : throw new InvalidOperationException($"{store.Address} has {snapshot?.Files.Count} of {files} files.");
    }
}
