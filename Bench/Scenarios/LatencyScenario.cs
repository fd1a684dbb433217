using System.Diagnostics;
using System.Globalization;
using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;
using OrleansBatch.Bench.Work;

namespace OrleansBatch.Bench.Scenarios;

// latency: one batch after the other into idle groups of an idle system, from the answer to the commit to the sink's start.
// The probe keeps the times of its starts in memory. The machine's one monotonic clock serves both processes.
internal sealed class LatencyScenario : IScenario
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    public string Name => "latency";

    public string What => "from a producer's commit to the sink's start, in an idle system";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        var (p50, p99, fromCall) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var latencies = await MeasureAsync(bench, bench.Options.Scaled(1000, 50), ct);
            p50.Add(Statistics.Percentile(latencies.FromCommit, 0.5));
            p99.Add(Statistics.Percentile(latencies.FromCommit, 0.99));
            fromCall.Add(Statistics.Percentile(latencies.FromCall, 0.5));
            bench.Say($"{Name}: p50 {p50[^1]:0.00} ms, p99 {p99[^1]:0.00} ms");
        }

        await AddAsync(bench, "p50", p50, new Bar { AtMost = 1.5 });
        await AddAsync(bench, "p99", p99, new Bar { AtMost = 5 });
        await AddAsync(bench, "p50 from before the call", fromCall, null);
    }

    private Task AddAsync(BenchContext bench, string measure, List<double> runs, Bar? bar) => bench.Figures.AddAsync(new Figure
    {
        Scenario = Name, Case = "idle groups, one by one", Measure = measure, Unit = "ms", Runs = runs, Target = bar,
    });

    private static async Task<(List<double> FromCommit, List<double> FromCall)> MeasureAsync(
        BenchContext bench, int groups, CancellationToken ct)
    {
        await using var database = await bench.Cluster.CreateAsync(ct);
        var file = Path.Combine(bench.Directory, $"{database.Name}.starts");
        await using var silo = await BenchSilo.StartAsync(
            bench, database, ct, new Dictionary<string, string> { ["OrleansBatch__Probe__StartsFile"] = file });
        var runs = Enumerable.Range(0, groups).Select(_ => Guid.NewGuid()).ToArray();
        await using var connection = await database.Queries.OpenConnectionAsync(ct);
        await using var enqueue = connection.Command("enqueue", 1L, "", Guid.Empty, 0);
        await enqueue.PrepareAsync(ct);

        // The first round makes the groups and warms the silo up. The second one is measured.
        var sent = new (long Call, long Commit)[groups];
        for (var index = 0; index < 2; index++)
        {
            for (var n = 0; n < groups; n++)
            {
                enqueue.Parameters[0].Value = (long)(n % 50) + 1;
                enqueue.Parameters[1].Value = string.Create(CultureInfo.InvariantCulture, $"g{n}");
                enqueue.Parameters[2].Value = runs[n];
                enqueue.Parameters[3].Value = index;
                var call = Stopwatch.GetTimestamp();
                await enqueue.ExecuteNonQueryAsync(ct);
                sent[n] = (call, Stopwatch.GetTimestamp());
                await Task.Delay(_pause, ct);
            }

            await Drained.WaitAsync(database, bench.Options.Limit, ct);
        }

        await silo.StopAsync();
        var started = (await File.ReadAllLinesAsync(file, ct)).Select(l => l.Split(' ')).Where(w => w[1] == "1")
            .ToDictionary(w => Guid.Parse(w[0]), w => long.Parse(w[2], CultureInfo.InvariantCulture));
        if (started.Count < groups)
        {
            throw new InvalidOperationException($"Only {started.Count} of {groups} batches had started by the limit.");
        }

        return (
            [.. runs.Select((r, n) => Stopwatch.GetElapsedTime(sent[n].Commit, started[r]).TotalMilliseconds)],
            [.. runs.Select((r, n) => Stopwatch.GetElapsedTime(sent[n].Call, started[r]).TotalMilliseconds)]);
    }
}
