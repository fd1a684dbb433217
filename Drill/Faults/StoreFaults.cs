using OrleansBatch.Drill.Silos;

namespace OrleansBatch.Drill.Faults;

// Faults between a silo and the store that its tables lie in.
internal static class StoreFaults
{
    public static TimeSpan Time(FaultDraw draw) => TimeSpan.FromSeconds(1 + (5 * draw.Strength));

    public static async Task CutAsync(FaultContext context, DrillSilo silo, FaultProxy way, FaultDraw draw, CancellationToken ct)
    {
        using var disturbed = silo.Disturb();
        var time = Time(draw);
        (draw.Choice < 0.5 ? (Action)way.Cut : way.Freeze)();
        try
        {
            context.Tell(
                FaultKind.Store,
                $"{silo.Name} for {time.TotalSeconds:0.0} s: {(draw.Choice < 0.5 ? "connections are refused" : "nothing comes through")}");
            await Task.Delay(time, ct);
        }
        finally
        {
            way.Heal();
        }

        await FaultContext.RecoverAsync(silo, ct);
    }
}
