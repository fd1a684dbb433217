using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Silos;

namespace OrleansBatch.Drill.Faults;

// Faults in the database itself.
internal static class DatabaseFaults
{
    private static readonly TimeSpan _shortestLimit = TimeSpan.FromSeconds(2);

    public static async Task TerminateAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct)
    {
        try
        {
            var since = context.Timeline.Now;
            var ended = await context.Database.Observer.ReadAsync(
                "drill_end_owner", r => (Group: new GroupKey(r.GetInt64(0), r.GetString(1)), Epoch: r.GetInt64(2)), ct, draw.Choice);
            ended.ForEach(e => context.Orphans.Note(FaultKind.Terminate, e.Group, e.Epoch, since));
            await context.Database.Observer.ReadAsync("drill_end_poller", r => r.GetBoolean(0), ct, silo.Name);
            var owner = ended is [var (group, _)] ? $"the owner of {group}" : "no owner is at work";
            context.Tell(FaultKind.Terminate, $"{owner}, and the poller of {silo.Name}");
        }
        catch (NpgsqlException)
        {
            context.Tell(FaultKind.Terminate, "nothing: the database is away");
        }
    }

    // Recovery is waited for even when the drill is interrupted: the server must not be left half started.
    public static async Task RestartAsync(FaultContext context, CancellationToken ct)
    {
        using var away = context.Timeline.Begin(silo: null);
        await context.Orphans.NoteAllAsync(FaultKind.Restart, away.From, ct);
        await context.Database.CrashAndRecoverAsync();
        context.Tell(FaultKind.Restart, $"Postgres, immediately: it was away for {(context.Timeline.Now - away.From).TotalSeconds:0.0} s");
    }

    public static async Task LimitAsync(FaultContext context, FaultDraw draw, CancellationToken ct)
    {
        using var away = context.Timeline.Begin(silo: null);
        var time = _shortestLimit + TimeSpan.FromSeconds(3 * draw.Strength);
        await context.Database.ReadSurelyAsync("drill_refuse_connections", _ => 0, ct);
        try
        {
            await context.Database.ReadSurelyAsync("drill_end_sessions", r => r.GetBoolean(0), ct, draw.Choice);
            context.Tell(FaultKind.Limit, $"no new connections for {time.TotalSeconds:0.0} s, {draw.Choice:P0} of the engine's ended");
            await Task.Delay(time, ct);
        }
        finally
        {
            await context.Database.ReadSurelyAsync("drill_allow_connections", _ => 0, CancellationToken.None);
        }
    }
}
