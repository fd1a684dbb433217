using System.Globalization;
using OrleansBatch.Bench.Cluster;

namespace OrleansBatch.Bench.Work;

// Tables as years of use leave them, written directly, because producers and owners would take hours.
// Each group has finished and waiting batches, and a wakeup for each waiting one.
internal sealed record FullTables(BenchDatabase Database, int Groups, int Teams, int Finished, int Waiting)
{
    private const int AtOnce = 2000;

    // Parked groups are in teams after all others, dead wakeups in teams before them. A poller comes past both on its way round.
    private const long FirstTeam = 1000;
    private const long ParkedTeam = 1_000_000;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(long)Groups * Waiting:#,0} waiting in {Groups:#,0} groups, {(long)Groups * Finished:#,0} finished");

    public async Task FillAsync(CancellationToken ct)
    {
        await Database.Queries.ExecuteAsync("add_sink", ct, "probe");
        await Database.Queries.ExecuteAsync("full_groups", ct, Groups, Teams, Finished + Waiting, FirstTeam);
        await Database.Queries.ExecuteAsync("full_cursors", ct, Finished);
        for (var first = 1; first <= Groups; first += AtOnce)
        {
            var last = Math.Min(first + AtOnce - 1, Groups);
            await Database.Queries.ExecuteAsync("full_log", ct, first, last, Finished + Waiting);
            await Database.Queries.ExecuteAsync("full_attempts", ct, first, last, Finished);
            await Database.Queries.ExecuteAsync("full_wakeups", ct, first, last, Waiting);
        }

        await Database.Queries.ExecuteAsync("vacuum", ct);
    }

    // The groups wait for a time an hour from now.
    public async Task ParkAsync(int count, CancellationToken ct)
    {
        await Database.Queries.ExecuteAsync("full_parked", ct, count, Teams, ParkedTeam);
        await Database.Queries.ExecuteAsync("vacuum", ct);
    }

    // The dead wakeups are of teams before all others, inserted and deleted as by owners of groups that are never idle.
    public async Task KillWakeupsAsync(int count, CancellationToken ct)
    {
        await Database.Queries.ExecuteAsync("dead_wakeups_insert", ct, count);
        await Database.Queries.ExecuteAsync("dead_wakeups_delete", ct);
    }
}
