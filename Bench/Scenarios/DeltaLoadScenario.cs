using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;
using OrleansBatch.Bench.Work;
using OrleansBatch.Sinks.Delta;

namespace OrleansBatch.Bench.Scenarios;

// delta-load: a file of flights, cut into batches, goes through the queue into a Delta table in a directory.
// The reference is DuckDB alone, copying the same files to durable Parquet files one by one.
internal sealed class DeltaLoadScenario : IScenario
{
    private const int Rows = 16_384;

    public string Name => "delta-load";

    public string What => "Parquet files into a Delta table through the queue, and copied without it";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        FlightFiles.Require(bench.Options.File);
        var input = Path.Combine(bench.Directory, "delta-input");
        var files = FlightFiles.Split(bench.Options.File, input, Rows, bench.Options.Scaled(1000, 5), ct);
        var (queued, alone, memory) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            alone.Add(files.Count / BareCommits.CopyAll(files, Path.Combine(bench.Directory, $"copies-{run}"), ct));
            var served = await LoadAsync(bench, files, input, ct);
            queued.Add(served.Rate);
            memory.Add(served.PeakMegabytes);
            bench.Say($"{Name}: {queued[^1]:0.0} files/s, DuckDB alone {alone[^1]:0.0}, peak {memory[^1]:0} MB");
        }

        await bench.Figures.AddAsync(new Figure
        {
            Scenario = Name,
            Case = $"{files.Count} files of up to {Rows} rows, append",
            Measure = "throughput",
            Unit = "files/s",
            Runs = queued,
            Reference = new Reference("DuckDB alone", alone),
            Target = new Bar { RatioAtLeast = 0.9 },
        });
        await bench.Figures.AddAsync(DeltaSilo.Memory(Name, memory));
    }

    private static async Task<DeltaSilo.Outcome> LoadAsync(
        BenchContext bench, IReadOnlyList<string> files, string input, CancellationToken ct)
    {
        await using var database = await bench.Cluster.CreateAsync(ct);
        await database.Queries.ExecuteAsync("add_sink", ct, DeltaSinkRegistration.SinkName);
        var lake = Path.Combine(bench.Directory, $"delta-{database.Name}");
        await using var silo = await BenchSilo.StartAsync(bench, database, ct, null, DeltaSilo.Arguments(lake, input));

        // A silo that has just started compiles its code while it works. DuckDB alone has nothing to compile.
        await database.Queries.ExecuteAsync("enqueue_files", ct, Guid.NewGuid(), files.ToArray(), "warm-up");
        return await DeltaSilo.DrainAsync(
            bench, database, silo, files.Count,
            () => database.Queries.ExecuteAsync("enqueue_files", ct, Guid.NewGuid(), files.ToArray(), "flights"), ct);
    }
}
