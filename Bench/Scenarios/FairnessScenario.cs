using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;
using OrleansBatch.Bench.Work;

namespace OrleansBatch.Bench.Scenarios;

// fairness: one team with very many ready groups, of 20 ms a batch, keeps all slots busy. Then 50 teams get one batch each.
internal sealed class FairnessScenario : IScenario
{
    private const int Small = 50;
    private const long FirstSmall = 1000;

    public string Name => "fairness";

    public string What => "how long small teams wait beside one with thousands of ready groups";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        var big = new Backlog(bench.Options.Scaled(10_000, 300), 1, SleepMs: 20, Teams: 1);
        foreach (var later in new[] { false, true })
        {
            var (longest, median) = (new List<double>(), new List<double>());
            for (var run = 0; run < bench.Options.Runs; run++)
            {
                var waits = await MeasureAsync(bench, big, later, ct);
                longest.Add(waits.Max());
                median.Add(Statistics.Median(waits));
                bench.Say($"{Name}: the last small team started after {longest[^1]:0.000} s");
            }

            var @case = $"{big.Groups} groups of one team, {Small} teams with one, "
                + (later ? "enqueued later" : "all ready at the start");
            await AddAsync(bench, @case, "longest wait", longest, new Bar { AtMost = 1 });
            await AddAsync(bench, @case, "median wait", median, null);
        }
    }

    private Task AddAsync(BenchContext bench, string @case, string measure, List<double> runs, Bar? bar) =>
        bench.Figures.AddAsync(new Figure
        {
            Scenario = Name, Case = @case, Measure = measure, Unit = "s", Runs = runs, Target = bar,
        });

    private static async Task<List<double>> MeasureAsync(BenchContext bench, Backlog big, bool later, CancellationToken ct)
    {
        var small = new Backlog(Small, 1, SleepMs: 20, Teams: Small, FirstTeam: FirstSmall, Prefix: "s");
        await using var database = await bench.Cluster.CreateAsync(ct);
        await big.FillAsync(database, ct);
        if (!later)
        {
            await small.FillAtOnceAsync(database, ct);
        }

        await using var silo = await BenchSilo.StartAsync(bench, database, ct);
        if (later)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(bench.Options.Quick ? 100 : 2000), ct);
            await small.FillAtOnceAsync(database, ct);
        }

        await Drained.WaitAsync(database, bench.Options.Limit, ct);
        var starts = await database.Queries.ReadAsync("team_starts", r => r.GetDouble(later ? 0 : 1), ct, FirstSmall);
        return starts.Count == Small
            ? starts
            : throw new InvalidOperationException($"Only {starts.Count} of {Small} small teams had started.");
    }
}
