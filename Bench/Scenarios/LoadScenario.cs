using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;
using OrleansBatch.Bench.Work;
using OrleansBatch.Sinks.Delta;
using OrleansBatch.Sinks.DuckDb;

namespace OrleansBatch.Bench.Scenarios;

// load and delta-load: a file of flights, cut into batches, goes through a sink.
// The reference is DuckDB alone, which inserts the same files one by one, or copies each to a durable Parquet file.
internal sealed class LoadScenario(
    string name, string sink, double bar, Func<IReadOnlyList<string>, string, CancellationToken, double> alone) : IScenario
{
    private const int Rows = 16_384;

    public static LoadScenario OfDuckDb { get; } = new(
        "load", DuckDbSinkRegistration.SinkName, 0.95,
        (files, place, ct) => FlightFiles.Insert(files, $"{place}.duckdb", new DuckDbSinkOptions(), ct));

    public static LoadScenario OfDelta { get; } = new("delta-load", DeltaSinkRegistration.SinkName, 0.9, BareCommits.CopyAll);

    public string Name => name;

    public string What => $"Parquet files into the sink {sink} through the queue, and without it";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        FlightFiles.Require(bench.Options.File);
        var input = Path.Combine(bench.Directory, $"{name}-input");
        var files = FlightFiles.Split(bench.Options.File, input, Rows, bench.Options.Scaled(1000, 5), ct);
        var (queued, bare, memory) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            bare.Add(files.Count / alone(files, Path.Combine(bench.Directory, $"{name}-alone-{run}"), ct));
            var drained = await LoadAsync(bench, files, input, ct);
            queued.Add(drained.Rate);
            memory.Add(drained.PeakMegabytes);
            bench.Say($"{name}: {queued[^1]:0.0} files/s, DuckDB alone {bare[^1]:0.0}, peak {memory[^1]:0} MB");
        }

        await bench.Figures.AddAsync(new Figure
        {
            Scenario = name,
            Case = $"{files.Count} files of up to {Rows} rows, append",
            Measure = "throughput",
            Unit = "files/s",
            Runs = queued,
            Reference = new Reference("DuckDB alone", bare),
            Target = new Bar { RatioAtLeast = bar },
        });
        await bench.Figures.AddAsync(LakeSilo.Memory(name, memory));
    }

    private async Task<LakeSilo.Outcome> LoadAsync(BenchContext bench, IReadOnlyList<string> files, string input, CancellationToken ct)
    {
        await using var database = await bench.Cluster.CreateAsync(ct);
        await database.Queries.ExecuteAsync("add_sink", ct, sink);
        var lake = Path.Combine(bench.Directory, $"lake-{database.Name}");
        await using var silo = await BenchSilo.StartAsync(bench, database, ct, null, LakeSilo.Arguments(sink, lake, input));

        // A silo that has just started compiles its code while it works. DuckDB alone has nothing to compile.
        await database.Queries.ExecuteAsync("enqueue_files", ct, Guid.NewGuid(), files.ToArray(), "warm-up");
        return await LakeSilo.DrainAsync(
            bench, database, silo, files.Count,
            () => database.Queries.ExecuteAsync("enqueue_files", ct, Guid.NewGuid(), files.ToArray(), "flights"), ct);
    }
}
