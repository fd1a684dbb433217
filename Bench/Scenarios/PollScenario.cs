using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Work;

namespace OrleansBatch.Bench.Scenarios;

// poll: the cost of looking for work, in these cases:
// - an almost empty database, the reference;
// - full tables;
// - full tables with parked groups;
// - full tables with wakeups that are dead and can't be vacuumed.
internal sealed class PollScenario : IScenario
{
    private const int Teams = 1000;

    public string Name => "poll";

    public string What => "looking for work beside full tables";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        var o = bench.Options;
        var polls = o.Quick ? 50 : 500;
        await using var emptyDatabase = await bench.Cluster.CreateAsync(ct);
        await using var fullDatabase = await bench.Cluster.CreateAsync(ct);
        var few = new FullTables(emptyDatabase, Groups: 16, Teams: 4, Finished: 1, Waiting: 1);
        var full = new FullTables(fullDatabase, o.Scaled(100_000, 1000), Teams, Finished: 100, Waiting: 10);
        await few.FillAsync(ct);
        bench.Say($"{Name}: filling {full.Groups} groups with {full.Groups * 10L} waiting and {full.Groups * 100L} finished batches");
        await full.FillAsync(ct);

        var empty = await MeasureAsync(bench, "almost empty", emptyDatabase, polls, null, ct);
        await MeasureAsync(bench, $"{full}", fullDatabase, polls, empty, ct);
        await full.ParkAsync(o.Scaled(100_000, 1000), ct);
        await MeasureAsync(bench, $"and {o.Scaled(100_000, 1000)} parked groups", fullDatabase, polls, empty, ct);

        await using var snapshot = await HeldSnapshot.TakeAsync(fullDatabase, ct);
        await full.KillWakeupsAsync(o.Scaled(250_000, 2500), ct);
        await MeasureAsync(bench, $"and {o.Scaled(250_000, 2500)} dead wakeups under an old snapshot", fullDatabase, polls, empty, ct);
    }

    // Returns the p99 of the whole pass in each run.
    private async Task<List<double>> MeasureAsync(
        BenchContext bench, string @case, BenchDatabase database, int polls, List<double>? empty, CancellationToken ct)
    {
        var times = new Dictionary<string, List<double>>();
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            await using var pass = await PollPass.OpenAsync(database, ct);
            foreach (var (part, taken) in await pass.RunAsync(polls, ct))
            {
                foreach (var (name, share) in new[] { ("p50", 0.5), ("p99", 0.99) })
                {
                    times.TryAdd($"{part} {name}", []);
                    times[$"{part} {name}"].Add(Statistics.Percentile(taken, share));
                }
            }
        }

        foreach (var (measure, runs) in times)
        {
            var isBar = empty is not null && measure == PollPass.Whole + " p99";
            await bench.Figures.AddAsync(new Figure
            {
                Scenario = Name,
                Case = @case,
                Measure = measure,
                Unit = "ms",
                Runs = runs,
                Reference = isBar ? new Reference("almost empty", empty!) : null,
                Target = isBar ? new Bar { RatioAtMost = 2, AtMost = 5 } : null,
            });
        }

        bench.Say($"{Name}: {@case}: p99 {times[PollPass.Whole + " p99"][^1]:0.00} ms");
        return times[PollPass.Whole + " p99"];
    }
}
