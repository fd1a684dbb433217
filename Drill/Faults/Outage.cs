namespace OrleansBatch.Drill.Faults;

// All hosts lose their power at once. The outage waits until every other fault is healed, and no other fault begins meanwhile.
internal static class Outage
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(100);

    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(5);

    // An outage that had to wait longer for other faults is not begun.
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(FaultContext context, FaultDraw draw, CancellationToken ct)
    {
        while (context.Silos.Any(s => !s.IsHealthy || s.IsWitness))
        {
            await Task.Delay(_lookEvery, ct);
        }

        var disturbed = context.Silos.Select(s => s.Disturb()).ToList();
        try
        {
            var lost = context.Silos.Select(s => s.Proxy.Present()).ToList();
            await Task.WhenAll(context.Silos.Select(HostFaults.PowerOffAsync));
            await context.Orphans.NoteAllAsync(FaultKind.Outage, disturbed[0].Since, ct);
            var addresses = HostFaults.IsMoved(draw) ? "other addresses" : "their addresses";
            context.Tell(FaultKind.Outage, $"all hosts; they come back at {addresses}");
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(1 + (3 * draw.Strength)), ct);
            }
            finally
            {
                await Task.WhenAll(context.Silos.Select(s => s.Host.PowerOnAsync(HostFaults.IsMoved(draw))));
            }

            await Task.WhenAll(context.Silos.Zip(lost).Select(s => HostFaults.StartAsync(s.First, s.Second, ct)));
            var away = context.Timeline.Now - disturbed[0].Since;
            context.Tell(FaultKind.Outage, $"all silos serve again after {away.TotalSeconds:0.0} s");
        }
        finally
        {
            disturbed.ForEach(d => d.Dispose());
        }
    }
}
