using System.Globalization;
using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Silos;
using OrleansBatch.Drill.Takeovers;

namespace OrleansBatch.Drill.Watch;

// Looks at the server's sessions and the cursors' epochs twice a second.
internal sealed class SessionWatch(DrillDatabase database, SiloKeeper keeper, Timeline timeline, TimeSpan lifetime)
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(500);

    public SessionPromise Promise { get; } = new(lifetime);

    public List<SlotUse> Slots { get; } = [];

    public HashSet<(GroupKey Group, long Epoch)> Epochs { get; } = [];

    public async Task WatchAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await LookAsync(ct);
            }
            catch (NpgsqlException)
            {
                // The database is away.
            }

            await Task.Delay(_period, ct);
        }
    }

    public async Task LookAsync(CancellationToken ct)
    {
        var rows = await database.Observer.ReadAsync(
            "drill_sessions",
            r => (Pid: r.GetInt32(0), Name: r.GetString(1), State: r.GetString(2), Lock: r.IsDBNull(3) ? null
                : new HeldLock(r.GetInt64(3), r.GetInt64(4), r.GetBoolean(5), r.IsDBNull(6) ? null : r.GetString(6))),
            ct);
        var sessions = rows.GroupBy(r => r.Pid)
            .Select(g => new SessionFact(g.Key, g.First().Name, g.First().State, [.. g.Select(r => r.Lock).OfType<HeldLock>()])).ToList();
        Promise.Look(timeline.Now, sessions, keeper.Ended);
        Slots.Add(new SlotUse(timeline.Now, sessions.Where(s => s.Locks.Any(l => l.IsGroup)).CountBy(s => Number(s.Silo)).ToDictionary()));
        Epochs.UnionWith(await database.Observer.ReadAsync(
            "drill_cursors", r => (new GroupKey(r.GetInt64(0), r.GetString(1)), r.GetInt64(2)), ct));
    }

    // silo-2.1 is a process of silo 2.
    private static int Number(string silo) =>
        int.TryParse(silo.Split('-', '.').ElementAtOrDefault(1), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
