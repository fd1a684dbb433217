using System.Globalization;
using OrleansBatch.Bench.Cluster;

namespace OrleansBatch.Bench.Work;

// Batches that wait: one run in each group, ended by its last batch.
internal sealed record Backlog(int Groups, int Batches, int SleepMs = 0, int Teams = 50, long FirstTeam = 1, string Prefix = "g")
{
    private const int AtOnce = 1000;
    private const int WarmUp = 40_000;
    private const int WarmUpMs = 2000;
    private const int Connections = 2;

    public long Total => (long)Groups * Batches;

    // A backlog of the same shape, a second or two of work for a silo.
    public Backlog ToWarmUp(int round)
    {
        var groups = Math.Min(Groups, WarmUp / 10);
        return this with
        {
            Groups = groups,
            Batches = Math.Min(Batches, SleepMs > 0 ? Math.Max(1, WarmUpMs / SleepMs) : WarmUp / groups),
            Prefix = $"warm-up-{round}-",
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Groups} x {Batches}");

    public async Task FillAsync(BenchDatabase database, CancellationToken ct)
    {
        await database.Queries.ExecuteAsync("add_sink", ct, "probe");
        var groupsAtOnce = Math.Max(1, AtOnce / Batches);
        var calls = Enumerable.Range(0, (Groups + groupsAtOnce - 1) / groupsAtOnce).Select(n => 1 + (n * groupsAtOnce));
        await Parallel.ForEachAsync(
            calls, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = ct },
            async (first, token) =>
            {
                for (var index = 0; index < Batches; index += AtOnce)
                {
                    await FillAsync(
                        database, first, Math.Min(first + groupsAtOnce - 1, Groups), index, Math.Min(index + AtOnce, Batches) - 1, token);
                }
            });
    }

    // All batches become visible at once.
    public Task FillAtOnceAsync(BenchDatabase database, CancellationToken ct) => FillAsync(database, 1, Groups, 0, Batches - 1, ct);

    private Task FillAsync(BenchDatabase database, int fromGroup, int toGroup, int fromIndex, int toIndex, CancellationToken ct) =>
        database.Queries.ExecuteAsync(
            "fill", ct, fromGroup, toGroup, fromIndex, toIndex, Math.Min(Teams, Groups), Batches - 1,
            SleepMs == 0 ? "{}" : string.Create(CultureInfo.InvariantCulture, $$$"""{"probe": {"sleep_ms": {{{SleepMs}}}}}"""),
            FirstTeam, Prefix);
}
