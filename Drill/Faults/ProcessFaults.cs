using OrleansBatch.Drill.Silos;

namespace OrleansBatch.Drill.Faults;

// Faults of a silo's process.
internal static class ProcessFaults
{
    public static async Task KillAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct)
    {
        using var disturbed = silo.Disturb();
        await KillAsync(context, FaultKind.Kill, silo, disturbed, draw, ct);
        await silo.StartAsync(new Dictionary<string, string>(), ct);
    }

    public static async Task ClockAsync(FaultContext context, DrillSilo silo, FaultDraw draw, string library, CancellationToken ct)
    {
        using var disturbed = silo.Disturb();
        await KillAsync(context, FaultKind.Clock, silo, disturbed, draw, ct);
        var hours = (int)Math.Round((draw.Choice - 0.5) * 48) is var h and not 0 ? h : 7;
        var jump = $"{Math.Abs(hours)} h {(hours < 0 ? "back" : "ahead")}";
        context.Tell(FaultKind.Clock, $"silo-{silo.Number} comes back, and then its clock jumps {jump}");
        await silo.StartAsync(FakeTime.Variables(library, hours), ct);
    }

    public static async Task FreezeAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct)
    {
        using var disturbed = silo.Disturb();
        var (process, time) = (silo.Process, context.BeyondLifetime(draw));
        await process.StopAsync();
        try
        {
            var orphaned = await context.Orphans.NoteAsync(FaultKind.Freeze, silo.Number, process.Name, disturbed.Since, ct);
            context.Tell(FaultKind.Freeze, $"{process.Name} for {time.TotalSeconds:0.0} s, in the middle of {orphaned} batches");
            await Task.Delay(time, ct);
        }
        finally
        {
            await process.ContinueAsync();
        }

        await FaultContext.RecoverAsync(silo, ct);
    }

    private static async Task KillAsync(
        FaultContext context, FaultKind fault, DrillSilo silo, DrillSilo.Disturbed disturbed, FaultDraw draw, CancellationToken ct)
    {
        await silo.Process.KillAsync();
        var orphaned = await context.Orphans.NoteAsync(fault, silo.Number, silo.Name, disturbed.Since, ct);
        context.Tell(fault, $"{silo.Name} with SIGKILL, in the middle of {orphaned} batches");
        await Task.Delay(TimeSpan.FromSeconds(1 + (3 * draw.Strength)), ct);
    }
}
