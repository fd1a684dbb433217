using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Retrying;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// One ownership of a group, from the lock to its release: own, work, advance, release. All statements go over one session; when that
/// is lost, the tenure is over and whatever the sink still does is refused by its epoch.
/// </summary>
internal sealed partial class Tenure : IDisposable
{
    private readonly GroupServices _services;
    private readonly GroupKey _group;
    private readonly ServedSink _served;
    private readonly LockKey _key;
    private readonly GroupSession _session;
    private readonly OwnedCursor _cursor;
    private readonly WatchedSink _sink;
    private readonly SinkWaits _waits;
    private readonly EntryWorker _worker;
    private readonly WindowCursor _windows;
    private readonly WindowWorker _windowWorker;
    private readonly WakeupTrimming _trimming;
    private readonly HealthWatch _heartbeat;
    private readonly long _began;
    private Window? _window;

    private Tenure(GroupServices services, GroupKey group, ServedSink served, LockKey key, GroupSession session)
    {
        (_services, _group, _served, _key, _session) = (services, group, served, key, session);
        _began = services.Time.GetTimestamp();
        _cursor = new OwnedCursor(session, group, key, services.Options.SiloName, services.Notifier.HasHooks);
        _sink = new WatchedSink(services, group, served, key, _cursor, session);
        _waits = new SinkWaits(
            services, group, served, _cursor, new WaitingCursor(session, group, key, services.Options.SiloName, _cursor));
        _worker = new EntryWorker(services, group, served, _cursor, _sink, _waits);
        _windows = new WindowCursor(session, group, key, services.Options.SiloName, services.Notifier.HasHooks, services.Time, _cursor);
        _trimming = new WakeupTrimming(_cursor, services.Time);
        _windowWorker = new WindowWorker(services, served, _windows, _sink, _worker, _trimming, MustLeave);
        _heartbeat = services.Health.HeartbeatStarted(group, served.Name);
    }

    /// <summary>Gets a value indicating whether this tenure got as far as a batch.</summary>
    public bool TookUpWork => _cursor.HasClaimed;

    /// <summary>Gets the entry that this silo can't reach, when the tenure ended by leaving the group to the others; else null.</summary>
    public long? PassedOnAt => _waits.PassedOnAt;

    /// <summary>Gets a value indicating whether it left because its time slice was over while others waited.</summary>
    public bool LeavesToOthers { get; private set; }

    /// <summary>Takes the group's lock on a session of its own; null when another session holds it.</summary>
    public static async Task<Tenure?> TryBeginAsync(
        GroupServices services, GroupKey group, ServedSink served, LockKey key, CancellationToken cancellationToken)
    {
        var session = await services.Sessions.RentAsync(cancellationToken);
        var tenure = new Tenure(services, group, served, key, session);
        try
        {
            (var locked, tenure._window) = await tenure._windows.TryOwnAsync(WindowWorker.Most(services, served), cancellationToken);
            if (locked)
            {
                return tenure;
            }
        }
        catch
        {
            tenure.Dispose();
            await session.DisposeAsync();
            throw;
        }

        tenure.Dispose();
        await services.Sessions.ReturnAsync(session);
        return null;
    }

    /// <summary>Works until nothing is left, the group must wait, the silo drains, or the ownership is lost.</summary>
    /// <returns>Whether it ended in order, with the lock given back.</returns>
    public async Task<bool> RunAsync()
    {
        try
        {
            var error = await Errors.CatchAsync(WorkUntilDoneAsync);
            if (!_windows.IsLockReleased && await _sink.ReleaseAsync() is { } unreleased)
            {
                LogReleaseFailed(_services.Logger, _group, _served.Name, unreleased.Message);
            }

            error ??= _sink.Lost ?? await Errors.CatchAsync(() => _session.UnlockAsync(_key, CancellationToken.None));
            if (error is not null)
            {
                _services.Outage.Log(null, () => LogLost(_services.Logger, _group, _served.Name, error.Message));
                _services.Instruments.OwnershipLost();
            }
            else
            {
                // The ownership has ended in order: what fails here is known by the next look.
                await Errors.CatchAsync(AfterUnlockAsync);
            }

            return error is null;
        }
        finally
        {
            await _services.Sessions.ReturnAsync(_session);
        }
    }

    /// <summary>Beats the heartbeat; the grain's timer calls it.</summary>
    public async Task BeatAsync()
    {
        // It runs: for health that is the sign, whether or not the database answers in time.
        _heartbeat.Sign();
        await _sink.BeatAsync();
        _heartbeat.Sign();
    }

    /// <summary>Beats until the tenure has ended, when the activation's timer is gone but a deaf sink still works.</summary>
    public async Task BeatUntilAsync(Task ended)
    {
        while (!ended.IsCompleted)
        {
            await BeatAsync();
            await Task.WhenAny(ended, Task.Delay(_services.Options.HeartbeatPeriod, _services.Time, CancellationToken.None));
        }
    }

    /// <summary>Cancels the sink and ends the tenure as soon as it returns.</summary>
    public void Abort() => _sink.Abort();

    public void Dispose()
    {
        _heartbeat.Dispose();
        _sink.Dispose();
    }

    // A group that wants the silo for itself closes it before its step and opens it again in the same one.
    private bool MustLeave()
    {
        LeavesToOthers = _services.FairShare.IsOver(_began);
        return LeavesToOthers || _services.Slots.Draining.IsCancellationRequested || _services.Slots.IsClosed || _sink.IsCancelled;
    }

    private async Task AfterUnlockAsync()
    {
        await _waits.TellOthersAsync();
        await _waits.EndAsync();
    }

    private async Task WorkUntilDoneAsync()
    {
        if (_window is null && !await OwnInDetailAsync())
        {
            return;
        }

        // As long as the group is in order it goes by windows; what they can't judge is looked at entry by entry.
        while (await _windowWorker.RunAsync(_window) && !MustLeave() && await _worker.StepAsync())
        {
            await _trimming.TrimIfDueAsync();
            _window = MustLeave() ? null : await _windows.ClaimAsync(WindowWorker.Most(_services, _served));
        }

        if (!_windows.IsReleased)
        {
            await _cursor.LeaveAsync(CancellationToken.None);
        }
    }

    private async Task<bool> OwnInDetailAsync()
    {
        if (await _cursor.IsParkedAsync(CancellationToken.None))
        {
            return false;
        }

        if (await _cursor.OwnAsync(CancellationToken.None))
        {
            _services.Outage.Log(null, () => LogFormerOwnerLost(_services.Logger, _group, _served.Name));
            _services.Instruments.LossRecorded();
        }

        if (_cursor.HoldsCounts)
        {
            await _windows.SettleAsync();
        }

        return true;
    }
}
