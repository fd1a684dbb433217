using OrleansBatch.Drill.Silos;

namespace OrleansBatch.Drill.Faults;

// Faults between a silo and the database.
internal static class NetworkFaults
{
    public static Task CutAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct) => DuringAsync(
        context, FaultKind.Cut, silo, TimeSpan.FromSeconds(1 + (5 * draw.Strength)), silo.Proxy.Cut, watched: true, ct);

    public static Task HalfOpenAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct) => DuringAsync(
        context, FaultKind.HalfOpen, silo, context.BeyondLifetime(draw), silo.Proxy.Freeze, watched: true, ct);

    // The delay is longer than a heartbeat's way, and shorter than the statement time-out allows.
    public static Task DelayAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct)
    {
        var by = context.Options.StatementTimeout * (0.05 + (0.1 * draw.Choice));
        return DuringAsync(
            context, FaultKind.Delay, silo, TimeSpan.FromSeconds(3 + (5 * draw.Strength)), () => silo.Proxy.Delay(by), watched: false, ct);
    }

    private static async Task DuringAsync(
        FaultContext context, FaultKind fault, DrillSilo silo, TimeSpan time, Action begin, bool watched, CancellationToken ct)
    {
        using var disturbed = silo.Disturb();
        begin();
        try
        {
            var orphaned = watched ? await context.Orphans.NoteAsync(fault, silo.Number, silo.Name, disturbed.Since, ct) : 0;
            context.Tell(fault, $"{silo.Name} for {time.TotalSeconds:0.0} s{(watched ? $", in the middle of {orphaned} batches" : "")}");
            await Task.Delay(time, ct);
        }
        finally
        {
            silo.Proxy.Heal();
        }

        await FaultContext.RecoverAsync(silo, ct);
    }
}
