using System.Diagnostics;
using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;
using OrleansBatch.Bench.Work;

namespace OrleansBatch.Bench.Scenarios;

// drain: a backlog appears at once before a silo that has worked off others like it.
// The time counts from the first batch's start to the last one's end.
internal sealed class DrainScenario : IScenario
{
    private const int Slots = 16;
    private const int MostWarmUps = 10;

    public string Name => "drain";

    public string What => "a silo works off a backlog";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        foreach (var (backlog, bar) in Cases(bench.Options))
        {
            await RunAsync(bench, backlog, bar, ct);
        }
    }

    private static IEnumerable<(Backlog Backlog, Bar? Bar)> Cases(BenchOptions o)
    {
        if (o is { Groups: { } groups, Batches: { } batches })
        {
            return [(new Backlog(groups, batches, o.SleepMs), null)];
        }

        return
        [
            (new Backlog(1, o.Scaled(100_000, 200)), new Bar { RatioAtLeast = 4 }),
            (new Backlog(16, o.Scaled(20_000, 20)), new Bar { RatioAtLeast = 4 }),
            (new Backlog(o.Scaled(1000, 50), 20), new Bar { RatioAtLeast = 1.5 }),
            (new Backlog(o.Scaled(100_000, 200), 1), new Bar { AtLeast = 2000 }),
            (new Backlog(16, o.Scaled(1500, 25), SleepMs: 20), new Bar { RatioAtLeast = 0.95 }),
        ];
    }

    private async Task RunAsync(BenchContext bench, Backlog backlog, Bar? bar, CancellationToken ct)
    {
        var clients = Math.Min(backlog.Groups, Slots);
        var rates = new List<double>();
        var references = new List<double>();
        var notes = new List<string>();
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            references.Add(backlog.SleepMs > 0
                ? clients * 1000.0 / backlog.SleepMs
                : await bench.Reference.MeasureAsync(ReferenceLoad.Update, clients, bench.Options.ReferenceTime, ct));
            await using var database = await bench.Cluster.CreateAsync(ct);
            var (rate, note) = await DrainAsync(bench, database, backlog, ct);
            rates.Add(rate);
            notes.AddRange(note is null ? [] : [note]);
            bench.Say($"{Name} {backlog}: {rate:0} batches/s, reference {references[^1]:0}/s");
        }

        await bench.Figures.AddAsync(new Figure
        {
            Scenario = Name,
            Case = backlog.SleepMs > 0 ? $"{backlog}, {backlog.SleepMs} ms each" : backlog.ToString(),
            Measure = "throughput",
            Unit = "batches/s",
            Runs = rates,
            Reference = new Reference(
                backlog.SleepMs > 0
                    ? $"{clients} slots x {1000 / backlog.SleepMs}/s"
                    : bench.Reference.NameOf(ReferenceLoad.Update, clients),
                references),
            Target = bar,
            Note = notes.Count > 0 ? string.Join(" ", notes) : null,
        });
    }

    private static async Task<(double Rate, string? Note)> DrainAsync(
        BenchContext bench, BenchDatabase database, Backlog backlog, CancellationToken ct)
    {
        await using var silo = await BenchSilo.StartAsync(bench, database, ct);
        await WarmUpAsync(bench, database, backlog, ct);
        await database.Queries.ExecuteAsync("vacuum", ct);

        var begun = Stopwatch.GetTimestamp();
        var since = await database.Queries.OneAsync("now", r => r.GetFieldValue<DateTimeOffset>(0), ct);
        await backlog.FillAtOnceAsync(database, ct);
        var ended = await Drained.WaitAsync(database, bench.Options.Limit, ct);
        var wall = Stopwatch.GetElapsedTime(begun);
        var applied = await Applied.ReadAsync(database, ct, since);
        if (ended && applied.Batches != backlog.Total)
        {
            throw new InvalidOperationException($"The history counts {applied.Batches} batches, but {backlog.Total} were enqueued.");
        }

        // One machine's two clocks are compared: the history can't take longer than the time here, which began before the backlog.
        if (applied.Seconds > wall.TotalSeconds + 0.1)
        {
            throw new InvalidOperationException(
                $"By the history it took {applied.Seconds:0.000} s, but only {wall.TotalSeconds:0.000} s passed.");
        }

        return (applied.Rate, ended ? null : $"{applied.Batches:N0} of {backlog.Total:N0} by the limit.");
    }

    // The silo opens its sessions and compiles its code. A silo is not at its full speed before it has worked for some seconds.
    private static async Task WarmUpAsync(BenchContext bench, BenchDatabase database, Backlog backlog, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var round = 0; round == 0 || (round < MostWarmUps && Stopwatch.GetElapsedTime(begun) < bench.Options.WarmUpTime); round++)
        {
            await backlog.ToWarmUp(round).FillAtOnceAsync(database, ct);
            await Drained.WaitAsync(database, bench.Options.Limit, ct);
        }
    }
}
