using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;
using OrleansBatch.Bench.Work;
using OrleansBatch.Sinks.DuckDb;

namespace OrleansBatch.Bench.Scenarios;

// load: a file of flights, cut into batches, goes through the duckdb sink.
// The reference is DuckDB alone, inserting the same files one by one.
internal sealed class LoadScenario : IScenario
{
    private const int Rows = 16_384;

    public string Name => "load";

    public string What => "Parquet files into DuckDB through the queue, and without it";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        FlightFiles.Require(bench.Options.File);
        var input = Path.Combine(bench.Directory, "input");
        var files = FlightFiles.Split(bench.Options.File, input, Rows, bench.Options.Scaled(1000, 5), ct);
        var (queued, alone) = (new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var target = Path.Combine(bench.Directory, $"alone-{run}.duckdb");
            alone.Add(files.Count / FlightFiles.Insert(files, target, new DuckDbSinkOptions(), ct));
            queued.Add(await LoadAsync(bench, files, input, ct));
            bench.Say($"{Name}: {queued[^1]:0.0} files/s, DuckDB alone {alone[^1]:0.0}");
        }

        await bench.Figures.AddAsync(new Figure
        {
            Scenario = Name,
            Case = $"{files.Count} files of up to {Rows} rows, append",
            Measure = "throughput",
            Unit = "files/s",
            Runs = queued,
            Reference = new Reference("DuckDB alone", alone),
            Target = new Bar { RatioAtLeast = 0.95 },
        });
    }

    private static async Task<double> LoadAsync(BenchContext bench, IReadOnlyList<string> files, string input, CancellationToken ct)
    {
        await using var database = await bench.Cluster.CreateAsync(ct);
        await database.Queries.ExecuteAsync("add_sink", ct, DuckDbSinkRegistration.SinkName);
        await using var silo = await BenchSilo.StartAsync(
            bench, database, ct, null,
            "--sinks", DuckDbSinkRegistration.SinkName, "--lake", Path.Combine(bench.Directory, $"lake-{database.Name}"), "--roots", input);

        // A silo that has just started compiles its code while it works. DuckDB alone has nothing to compile.
        await database.Queries.ExecuteAsync("enqueue_files", ct, Guid.NewGuid(), files.ToArray(), "warm-up");
        var ended = await Drained.WaitAsync(database, bench.Options.Limit, ct);
        var since = await database.Queries.OneAsync("now", r => r.GetFieldValue<DateTimeOffset>(0), ct);
        await database.Queries.ExecuteAsync("enqueue_files", ct, Guid.NewGuid(), files.ToArray(), "flights");
        ended = ended && await Drained.WaitAsync(database, bench.Options.Limit, ct);
        var applied = await Applied.ReadAsync(database, ct, since);
        return ended && applied.Batches == files.Count
            ? applied.Rate
            : throw new InvalidOperationException($"Only {applied.Batches} of {files.Count} files were applied.");
    }
}
