using Microsoft.Extensions.Options;
using Orleans.GrainDirectory;
using Orleans.Placement;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;
using OrleansBatch.Grains.Tenures;

namespace OrleansBatch.Grains.Groups;

/// <summary>The activation that works on a group while it holds the group's lock. The work runs beside its calls, never in one.</summary>
[GrainType("batch-group"), PreferLocalPlacement, Immovable, GrainDirectory(LocalOnlyGrainDirectory.Name)]
internal sealed class GroupGrain(
    TenureFactory tenures, GroupSlots slots, LocalGroups groups, FairShare fairShare, SinkSet sinks, IOptions<OrleansBatchOptions> options)
    : Grain, IGroupGrain, IAsyncDisposable
{
    private Tenure? _tenure;
    private Task _run = Task.CompletedTask;

    public async Task<StartResult> TryStartAsync(int groupId, CancellationToken cancellationToken)
    {
        if (!_run.IsCompleted)
        {
            return StartResult.AlreadyRunning;
        }

        var group = Group(out var sink);
        if (!slots.TryTake(group.TeamId))
        {
            DeactivateOnIdle();
            return StartResult.NoSlot;
        }

        var served = sinks[sink];
        var key = new LockKey(served.Id, groupId);
        try
        {
            _tenure = await tenures.TryBeginAsync(new TenureTarget(group, served, key), cancellationToken);
        }
        catch
        {
            Leave(key, orderly: false);
            throw;
        }

        if (_tenure is null)
        {
            // The group gets no rest: while its lock is held, polls leave it out, and the moment the lock is free this silo must take it
            // over.
            DeactivateOnIdle();
            slots.Return(group.TeamId, pollAtOnce: false);
            return StartResult.LockHeldElsewhere;
        }

        groups.Begin(key);
        _run = RunAsync(_tenure, key);
        return StartResult.Started;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Abort();
        await _run.WaitAsync(cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    public ValueTask DisposeAsync()
    {
        Abort();
        return ValueTask.CompletedTask;
    }

    // The tenure ends by itself once its sink has returned. Until then the tenure keeps its lock, so that there are never two writers. The
    // activation's timer is gone by now, so that something else has to beat.
    private void Abort()
    {
        if (_tenure is { } tenure && !_run.IsCompleted)
        {
            tenure.Abort();
            var run = _run;
            _ = Task.Run(() => tenure.BeatUntilAsync(run));
        }
    }

    private async Task RunAsync(Tenure tenure, LockKey key)
    {
        var orderly = false;
        try
        {
            // The timer is registered within the call: an activation that is gone takes none.
            var period = options.Value.HeartbeatPeriod;
            using var heartbeat = this.RegisterGrainTimer(
                _ =>
                {
                    tenure.Beat();
                    return Task.CompletedTask;
                },
                new GrainTimerCreationOptions(period, period) { Interleave = true, KeepAlive = true });

            // The call returns first; the rest runs on this activation's scheduler.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
            orderly = await tenure.RunAsync();
        }
        finally
        {
            _tenure = null;
            tenure.Dispose();
            if (tenure.PassedOnAt is { } seq)
            {
                groups.PassedOn(key, seq);
            }
            else if (tenure.TookUpWork)
            {
                groups.Worked(key);
            }

            if (orderly && tenure.LeavesToOthers)
            {
                fairShare.Leave(Group(out _), key);
            }

            groups.End(key);
            Leave(key, orderly, keepsRest: tenure.PassedOnAt is not null);
        }
    }

    private void Leave(LockKey key, bool orderly, bool keepsRest = false)
    {
        // DeactivateOnIdle throws when a deaf sink has outlived the activation, and the slot would never come back.
        var reason = new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The tenure is over.");
        GrainContext.Deactivate(reason, CancellationToken.None);
        if (!orderly)
        {
            groups.Failed(key);
        }
        else if (!keepsRest)
        {
            groups.Worked(key);
        }

        slots.Return(this.GetPrimaryKeyLong(out _), pollAtOnce: orderly);
    }

    private GroupKey Group(out string sink)
    {
        var team = this.GetPrimaryKeyLong(out var extension);
        var slash = extension!.IndexOf('/', StringComparison.Ordinal);
        sink = extension[..slash];
        return new GroupKey(team, extension[(slash + 1)..]);
    }
}
