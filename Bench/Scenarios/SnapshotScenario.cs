using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;
using OrleansBatch.Bench.Work;

namespace OrleansBatch.Bench.Scenarios;

// snapshot: producers and a silo at full load, with and without an old snapshot that keeps vacuum from removing anything.
internal sealed class SnapshotScenario : IScenario
{
    public string Name => "snapshot";

    public string What => "full load with and without a snapshot held open";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        var time = bench.Options.Phase(300, 6);
        var window = bench.Options.Quick ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(Math.Min(10, time.TotalSeconds / 6));
        var (without, with, starts, ends) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var low = 0.0;
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var (undisturbed, lowWithout) = await MeasureAsync(bench, time, window, hold: false, ct);
            var (windows, lowWith) = await MeasureAsync(bench, time, window, hold: true, ct);
            low = Math.Max(low, Math.Max(lowWithout, lowWith));
            without.Add(Statistics.Median(undisturbed));
            with.Add(Statistics.Median(windows));
            var third = Math.Max(1, windows.Count / 3);
            starts.Add(Statistics.Median(windows.Take(third).ToList()));
            ends.Add(Statistics.Median(windows.TakeLast(third).ToList()));
            bench.Say($"{Name}: {without[^1]:0}/s without, {with[^1]:0}/s with, from {starts[^1]:0} to {ends[^1]:0}");
        }

        await AddAsync(bench, time, "with the snapshot", with, new Reference("without it", without), new Bar { RatioAtLeast = 0.8 },
            low > 0.1 ? $"The silo may have had to wait for the producers {low:P0} of the time." : null);
        await AddAsync(
            bench, time, "its last third", ends, new Reference("its first third", starts), new Bar { RatioAtLeast = 0.95 },
            "The bar leaves 5 % to chance.");
    }

    private Task AddAsync(
        BenchContext bench, TimeSpan time, string measure, List<double> runs, Reference reference, Bar bar, string? note) =>
        bench.Figures.AddAsync(new Figure
        {
            Scenario = Name,
            Case = $"16 groups, held for {time.TotalSeconds:0} s",
            Measure = measure,
            Unit = "batches/s",
            Runs = runs,
            Reference = reference,
            Target = bar,
            Note = note,
        });

    // Returns the throughput of each period, and the share of the time in which little waited.
    private static async Task<(List<double> Rates, double Low)> MeasureAsync(
        BenchContext bench, TimeSpan time, TimeSpan window, bool hold, CancellationToken ct)
    {
        await using var database = await bench.Cluster.CreateAsync(ct);
        await using var silo = await BenchSilo.StartAsync(bench, database, ct);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var feed = new Feed(database);
        var feeding = feed.RunAsync(end.Token);
        try
        {
            await Task.Delay(window, ct);
            await using var snapshot = hold ? await HeldSnapshot.TakeAsync(database, ct) : null;
            var rates = new List<double>();
            var begun = TimeProvider.System.GetTimestamp();
            var (at, passed) = (begun, await PassedAsync(database, ct));
            while (TimeProvider.System.GetElapsedTime(begun) < time)
            {
                await Task.Delay(window, ct);
                var (atNow, passedNow) = (TimeProvider.System.GetTimestamp(), await PassedAsync(database, ct));
                rates.Add((passedNow - passed) / TimeProvider.System.GetElapsedTime(at, atNow).TotalSeconds);
                (at, passed) = (atNow, passedNow);
            }

            bench.Say($"snapshot {(hold ? "held" : "not held")}: {string.Join(' ', rates.Select(r => $"{r:0}"))}");
            return (rates, feed.LowShare);
        }
        finally
        {
            await end.CancelAsync();
            await feeding;
        }
    }

    private static Task<long> PassedAsync(BenchDatabase database, CancellationToken ct) =>
        database.Queries.OneAsync("passed", r => r.GetInt64(0), ct);
}
