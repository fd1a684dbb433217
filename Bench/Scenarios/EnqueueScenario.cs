using System.Globalization;
using System.Text;
using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Silos;

namespace OrleansBatch.Bench.Scenarios;

// enqueue: producers each continue their own run, batch by batch or a thousand at once, with and without a silo that applies the batches.
internal sealed class EnqueueScenario : IScenario
{
    private const int OneByOne = 16;
    private const int Many = 4;
    private const int AtOnce = 1000;

    public string Name => "enqueue";

    public string What => "producers, batch by batch and a thousand at once";

    public async Task RunAsync(BenchContext bench, CancellationToken ct)
    {
        var time = bench.Options.Phase(10, 2);
        var (alone, served, many, references) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            references.Add(await bench.Reference.MeasureAsync(ReferenceLoad.Insert, OneByOne, time, ct));
            alone.Add(await OneByOneAsync(bench, time, serve: false, ct));
            served.Add(await OneByOneAsync(bench, time, serve: true, ct));
            many.Add(await ManyAsync(bench, time, ct));
            bench.Say($"{Name}: one by one {alone[^1]:0}/s, served {served[^1]:0}/s, many {many[^1]:0}/s, reference {references[^1]:0}/s");
        }

        var reference = new Reference(bench.Reference.NameOf(ReferenceLoad.Insert, OneByOne), references);
        await AddAsync(bench, $"one by one, {OneByOne} producers", alone, reference, new Bar { RatioAtLeast = 0.5 });
        await AddAsync(bench, "the same with a silo that applies them", served, reference, null);
        await AddAsync(bench, $"enqueue_many of {AtOnce}, {Many} producers", many, null, new Bar { AtLeast = 100_000 });
    }

    private Task AddAsync(BenchContext bench, string @case, List<double> runs, Reference? reference, Bar? bar) =>
        bench.Figures.AddAsync(new Figure
        {
            Scenario = Name, Case = @case, Measure = "throughput", Unit = "batches/s", Runs = runs, Reference = reference, Target = bar,
        });

    private static async Task<double> OneByOneAsync(BenchContext bench, TimeSpan time, bool serve, CancellationToken ct)
    {
        await using var database = await bench.Cluster.CreateAsync(ct);
        await database.Queries.ExecuteAsync("add_sink", ct, "probe");
        await using var silo = serve ? await BenchSilo.StartAsync(bench, database, ct) : null;
        var runs = Enumerable.Range(0, OneByOne).Select(_ => Guid.NewGuid()).ToArray();
        return await Producers.RunAsync(database.Queries, OneByOne, time, "enqueue", (k, n) => [(long)k + 1, "orders", runs[k], n], ct);
    }

    private static async Task<double> ManyAsync(BenchContext bench, TimeSpan time, CancellationToken ct)
    {
        await using var database = await bench.Cluster.CreateAsync(ct);
        await database.Queries.ExecuteAsync("add_sink", ct, "probe");
        var runs = Enumerable.Range(0, Many).Select(_ => Guid.NewGuid()).ToArray();
        return AtOnce * await Producers.RunAsync(database.Queries, Many, time, "enqueue_many", (k, n) => [Array(k + 1, runs[k], n)], ct);
    }

    // The array is made while the time runs, because a producer has to make it, too.
    private static string Array(int team, Guid run, int call)
    {
        var json = new StringBuilder("[");
        for (var index = call * AtOnce; index < (call + 1) * AtOnce; index++)
        {
            json.Append(index % AtOnce == 0 ? "" : ",").Append(
                CultureInfo.InvariantCulture,
                $$"""
                {"team_id":{{team}},"schema_id":"orders","run_id":"{{run}}",
                 "batch_index":{{index}},"path":"/in/{{index}}.parquet"}
                """);
        }

        return json.Append(']').ToString();
    }
}
