using Orleans.GrainDirectory;
using Orleans.Placement;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Groups;

/// <summary>The activation that works on a group while it holds the group's lock. The work runs beside its calls, never in one.</summary>
[GrainType("batch-group"), PreferLocalPlacement, Immovable, GrainDirectory(LocalOnlyGrainDirectory.Name)]
internal sealed class GroupGrain(GroupServices services) : Grain, IGroupGrain, IAsyncDisposable
{
    private Tenure? _tenure;
    private Task _run = Task.CompletedTask;

    public async Task<StartResult> TryStartAsync(int groupId, CancellationToken cancellationToken)
    {
        if (!_run.IsCompleted)
        {
            return StartResult.AlreadyRunning;
        }

        if (!services.Slots.TryTake())
        {
            DeactivateOnIdle();
            return StartResult.NoSlot;
        }

        try
        {
            _tenure = await Tenure.TryBeginAsync(services, Group(out var sink), services.Sinks[sink], groupId, cancellationToken);
        }
        catch
        {
            services.Slots.Return(pollAtOnce: false);
            DeactivateOnIdle();
            throw;
        }

        if (_tenure is null)
        {
            services.Slots.Return(pollAtOnce: false);
            DeactivateOnIdle();
            return StartResult.LockHeldElsewhere;
        }

        _run = RunAsync(_tenure);
        return StartResult.Started;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _tenure?.Abort();
        await _run.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    // The tenure ends by itself once its sink has returned; until then it keeps its lock, so that there are never two writers.
    public ValueTask DisposeAsync()
    {
        _tenure?.Abort();
        return ValueTask.CompletedTask;
    }

    private async Task RunAsync(Tenure tenure)
    {
        // The call returns first; the rest runs on this activation's scheduler.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var period = services.Options.HeartbeatPeriod;
        var heartbeat = this.RegisterGrainTimer(
            _ => tenure.BeatAsync(), new GrainTimerCreationOptions(period, period) { Interleave = true, KeepAlive = true });
        var orderly = false;
        try
        {
            orderly = await tenure.RunAsync();
        }
        finally
        {
            heartbeat.Dispose();
            tenure.Dispose();
            _tenure = null;
            DeactivateOnIdle();
            services.Slots.Return(pollAtOnce: orderly);
        }
    }

    private GroupKey Group(out string sink)
    {
        var team = this.GetPrimaryKeyLong(out var extension);
        var slash = extension!.IndexOf('/', StringComparison.Ordinal);
        sink = extension[..slash];
        return new GroupKey(team, extension[(slash + 1)..]);
    }
}
