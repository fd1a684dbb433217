using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Retrying;

namespace OrleansBatch.Grains.Recovery;

/// <summary>
/// Tells the recovery grain that a run has ended on this silo, so that the hooks hear of it before the next sweep. A hint only, and at most
/// one at a time: whatever becomes of it, the notification is in the outbox.
/// </summary>
internal sealed class NotifierNudge(IGrainFactory grains, IEnumerable<IRunHook> hooks, TimeProvider time)
{
    private static readonly TimeSpan _gather = TimeSpan.FromMilliseconds(20);

    private int _pending;

    /// <summary>Gets a value indicating whether there is anybody to tell.</summary>
    public bool HasHooks { get; } = hooks.Any();

    public void RunEnded()
    {
        if (HasHooks && Interlocked.Exchange(ref _pending, 1) == 0)
        {
            _ = Task.Run(NudgeAsync);
        }
    }

    private async Task NudgeAsync()
    {
        await Task.Delay(_gather, time, CancellationToken.None);
        Volatile.Write(ref _pending, 0);
        await Errors.CatchAsync(() => grains.GetGrain<IRecoveryGrain>(0).NotifyRunsAsync());
    }
}
