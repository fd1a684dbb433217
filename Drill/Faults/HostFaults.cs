using OrleansBatch.Drill.Hosts;
using OrleansBatch.Drill.Silos;

namespace OrleansBatch.Drill.Faults;

// Faults of a silo's host and of its link to the others.
internal static class HostFaults
{
    // Beyond this time the other silos have declared a silo dead that they can't reach.
    private static readonly TimeSpan _death = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan _longestSplit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _shortestSplit = TimeSpan.FromSeconds(15);

    // Half of the hosts come back before they are declared dead, and half of them after that.
    public static TimeSpan VanishTime(FaultContext context, FaultDraw draw) =>
        draw.Choice < 0.5 ? context.BeyondLifetime(draw) : context.BeyondLifetime(draw) + _death;

    // A minute comes as often as a shorter time.
    public static TimeSpan SplitTime(FaultDraw draw) =>
        draw.Choice < 0.5 ? _longestSplit : _shortestSplit + ((_longestSplit - _shortestSplit) * draw.Strength);

    public static TimeSpan PowerOffTime(FaultDraw draw) => TimeSpan.FromSeconds(2 + (20 * draw.Strength));

    public static TimeSpan LossyTime(FaultDraw draw) => TimeSpan.FromSeconds(5 + (10 * draw.Strength));

    public static Task VanishAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct) => DuringAsync(
        context, FaultKind.Vanish, silo, VanishTime(context, draw), "its link is down", silo.Host.UnplugAsync, ct);

    public static Task SplitAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct) => DuringAsync(
        context, FaultKind.Split, silo, SplitTime(draw), "cut from the other silos", () => silo.Host.CutFromHostsAsync(), ct);

    // Packets to or from the host, exchanged with the other hosts or with the database.
    public static Task OneWayAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct)
    {
        var way = draw.Choice < 0.5 ? Way.Incoming : Way.Outgoing;
        var fromDatabase = draw.Choice * 2 % 1 < 0.5;
        var peer = fromDatabase ? "the database" : "the other silos";
        var what = $"{(way == Way.Incoming ? "nothing arrives from" : "nothing gets to")} {peer}";
        return DuringAsync(
            context, FaultKind.OneWay, silo, context.BeyondLifetime(draw), what,
            () => fromDatabase ? silo.Host.CutFromDatabaseAsync(way) : silo.Host.CutFromHostsAsync(way), ct);
    }

    public static async Task LossyAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct)
    {
        using var disturbed = silo.Disturb();
        var (time, means) = (LossyTime(draw), await silo.Host.DegradeAsync());
        if (means is null)
        {
            silo.Proxy.Delay(context.Options.StatementTimeout * 0.1);
        }

        try
        {
            context.Tell(FaultKind.Lossy, $"{silo.Name} for {time.TotalSeconds:0.0} s: {means ?? "a proxy holds its data back"}");
            await Task.Delay(time, ct);
        }
        finally
        {
            silo.Proxy.Heal();
            await silo.Host.HealAsync();
        }

        await FaultContext.RecoverAsync(silo, ct);
    }

    public static async Task PowerOffAsync(FaultContext context, DrillSilo silo, FaultDraw draw, CancellationToken ct)
    {
        using var disturbed = silo.Disturb();
        var lost = silo.Proxy.Present();
        await PowerOffAsync(silo);
        var orphaned = await context.Orphans.NoteAsync(FaultKind.PowerOff, silo.Number, silo.Name, disturbed.Since, ct);
        context.Tell(FaultKind.PowerOff, $"the host of {silo.Name}, in the middle of {orphaned} batches");
        try
        {
            await Task.Delay(PowerOffTime(draw), ct);
        }
        finally
        {
            await silo.Host.PowerOnAsync(IsMoved(draw));
        }

        await StartAsync(silo, lost, ct);
    }

    // The database hears nothing of the end: the link is down before the process ends.
    public static async Task PowerOffAsync(DrillSilo silo)
    {
        await silo.Host.UnplugAsync();
        await silo.Process.KillAsync();
        await silo.Host.PowerOffAsync();
    }

    public static bool IsMoved(FaultDraw draw) => draw.Choice < 0.5;

    // The sessions of the lost host stay in the database while the silo starts, as the server notices nothing for hours.
    public static async Task StartAsync(DrillSilo silo, Action lost, CancellationToken ct)
    {
        try
        {
            await silo.StartAsync(new Dictionary<string, string>(), ct);
        }
        finally
        {
            lost();
        }
    }

    private static async Task DuringAsync(
        FaultContext context, FaultKind fault, DrillSilo silo, TimeSpan time, string what, Func<Task> begin, CancellationToken ct)
    {
        using var disturbed = silo.Disturb();
        await begin();
        try
        {
            var orphaned = await context.Orphans.NoteAsync(fault, silo.Number, silo.Name, disturbed.Since, ct);
            context.Tell(fault, $"{silo.Name} for {time.TotalSeconds:0.0} s: {what}, in the middle of {orphaned} batches");
            await Task.Delay(time, ct);
        }
        finally
        {
            await silo.Host.HealAsync();
        }

        await FaultContext.RecoverAsync(silo, ct);
    }
}
