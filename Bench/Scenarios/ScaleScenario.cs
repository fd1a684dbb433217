using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;
using OrleansBatch.Bench.Work;

namespace OrleansBatch.Bench.Scenarios;

// scale: several silo processes share groups whose batches take 20 ms each. The reference is one silo.
internal sealed class ScaleScenario : IScenario
{
    private const int Slots = 16;
    private static readonly int[] _silos = [1, 2, 4];

    public string Name => "scale";

    public string What => "2 and 4 silos against one";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        var rates = _silos.ToDictionary(n => n, _ => new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            foreach (var silos in _silos)
            {
                rates[silos].Add(await MeasureAsync(bench, silos, ct));
                bench.Say($"{Name}: {silos} silos {rates[silos][^1]:0} batches/s");
            }
        }

        foreach (var silos in _silos)
        {
            await bench.Figures.AddAsync(new Figure
            {
                Scenario = Name,
                Case = $"{silos} silo{(silos == 1 ? "" : "s")}, 20 ms each",
                Measure = "throughput",
                Unit = "batches/s",
                Runs = rates[silos],
                Reference = silos == 1
                    ? new Reference($"{Slots} slots x 50/s", [Slots * 50])
                    : new Reference($"{silos} x one silo", [.. rates[1].Select(r => silos * r)]),
                Target = silos == 1 ? null : new Bar { RatioAtLeast = 0.95 },
            });
        }
    }

    private static async Task<double> MeasureAsync(BenchContext bench, int count, CancellationToken ct)
    {
        await using var database = await bench.Cluster.CreateAsync(ct);
        var silos = new List<BenchSilo>();
        try
        {
            for (var n = 0; n < count; n++)
            {
                silos.Add(await BenchSilo.StartAsync(bench, database, ct));
            }

            // The first round is not measured, and gives every silo time to open its sessions and compile its code.
            await new Backlog(Slots * count, bench.Options.Scaled(400, 10), SleepMs: 20, Prefix: "warm-up-").FillAtOnceAsync(database, ct);
            await Drained.WaitAsync(database, bench.Options.Limit, ct);
            var since = await database.Queries.OneAsync("now", r => r.GetFieldValue<DateTimeOffset>(0), ct);
            await new Backlog(Slots * count, bench.Options.Scaled(500, 25), SleepMs: 20).FillAtOnceAsync(database, ct);
            await Drained.WaitAsync(database, bench.Options.Limit, ct);
            return (await Applied.ReadAsync(database, ct, since)).Rate;
        }
        finally
        {
            foreach (var silo in silos)
            {
                await silo.DisposeAsync();
            }
        }
    }
}
