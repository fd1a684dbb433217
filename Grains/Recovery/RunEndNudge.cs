using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Retrying;
using OrleansBatch.Grains.Tenures;

namespace OrleansBatch.Grains.Recovery;

/// <summary>
/// Nudges the recovery grain when a run has ended on this silo, so that the hooks hear of the end before the next sweep. A nudge is a hint
/// only, and at most one is under way: whatever becomes of it, the notification is in the outbox.
/// </summary>
internal sealed class RunEndNudge(IGrainFactory grains, IEnumerable<IRunHook> hooks, TimeProvider time) : IRunEndListener
{
    private static readonly TimeSpan _gather = TimeSpan.FromMilliseconds(20);

    private int _pending;

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
