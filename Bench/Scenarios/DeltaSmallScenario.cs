using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;
using OrleansBatch.Bench.Work;
using OrleansBatch.Drill.Lakes;
using OrleansBatch.Sinks.Delta;

namespace OrleansBatch.Bench.Scenarios;

// delta-small and delta-s3: many small batches in 16 groups go through the queue into Delta tables, by windows.
// The reference is the same with one commit a batch.
internal sealed class DeltaSmallScenario(string name, string what, int batches, int rows, double bar, bool onS3) : IScenario
{
    private const int Groups = 16;

    public string Name => name;

    public string What => what;

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        await using var s3 = onS3 ? await StartGatewayAsync(bench, ct) : null;
        var each = bench.Options.Scaled(batches, Groups * 4) / Groups;
        using var work = DeltaWork.Make(bench.Directory, Math.Min(each, 200), rows, ct);
        var (windows, single, memory) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            single.Add((await LoadAsync(bench, work, s3, Math.Max(4, each / 10), largestWindow: 1, ct)).Rate);
            var outcome = await LoadAsync(bench, work, s3, each, largestWindow: null, ct);
            windows.Add(outcome.Rate);
            memory.Add(outcome.PeakMegabytes);
            bench.Say($"{Name}: {windows[^1]:0} batches/s, one commit a batch {single[^1]:0}, peak {memory[^1]:0} MB");
        }

        await bench.Figures.AddAsync(new Figure
        {
            Scenario = Name,
            Case = $"{each * Groups} batches of {rows} rows in {Groups} groups",
            Measure = "throughput",
            Unit = "batches/s",
            Runs = windows,
            Reference = new Reference("one commit a batch", single),
            Target = new Bar { RatioAtLeast = bar },
        });
        await bench.Figures.AddAsync(LakeSilo.Memory(Name, memory));
    }

    // Nothing of the gateway outlives the bench.
    private static async Task<Gateway> StartGatewayAsync(BenchContext bench, CancellationToken ct)
    {
        Gateway.RequirePrograms();
        var gateway = await Gateway.StartAsync(bench.Directory, ct);
        bench.Guard.Watch(gateway.Kill);
        return gateway;
    }

    private static async Task<LakeSilo.Outcome> LoadAsync(
        BenchContext bench, DeltaWork work, Gateway? s3, int each, int? largestWindow, CancellationToken ct)
    {
        await using var database = await bench.Cluster.CreateAsync(ct);
        await database.Queries.ExecuteAsync("add_sink", ct, DeltaSinkRegistration.SinkName);
        var lake = s3 is null ? Path.Combine(bench.Directory, $"delta-{Guid.NewGuid():N}") : $"s3://{Gateway.Bucket}/{Guid.NewGuid():N}";
        var environment = s3?.Environment() ?? [];
        if (largestWindow is { } largest)
        {
            environment["OrleansBatch__Delta__LargestWindow"] = $"{largest}";
        }

        await using var silo = await BenchSilo.StartAsync(
            bench, database, ct, environment, LakeSilo.Arguments(DeltaSinkRegistration.SinkName, lake, work.Input));
        var files = Enumerable.Range(0, each).Select(i => work.Files[i % work.Files.Count]).ToArray();
        await EnqueueAsync("warm-up", files[..Math.Min(files.Length, 100)]);
        return await LakeSilo.DrainAsync(bench, database, silo, each * Groups, () => EnqueueAsync("small", files), ct);

        Task EnqueueAsync(string schema, string[] paths) => Task.WhenAll(Enumerable.Range(0, Groups).Select(g =>
            database.Queries.ExecuteAsync("enqueue_files", ct, Guid.NewGuid(), paths, $"{schema}-{g}")));
    }
}
