using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// One ownership of a group, from the lock to its release: own, work, advance, release. All statements go over one session; when that
/// is lost, the tenure is over and whatever the sink still does is refused by its epoch.
/// </summary>
internal sealed partial class Tenure : IDisposable
{
    private static readonly TimeSpan _shortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _releaseLimit = TimeSpan.FromSeconds(30);

    private readonly GroupServices _services;
    private readonly GroupKey _group;
    private readonly ServedSink _served;
    private readonly LockKey _key;
    private readonly GroupSession _session;
    private readonly OwnedCursor _cursor;
    private readonly SinkCall _sink;
    private readonly CancellationTokenSource _cancel;
    private volatile bool _working;
    private volatile Exception? _lost;

    private Tenure(GroupServices services, GroupKey group, ServedSink served, LockKey key, GroupSession session)
    {
        (_services, _group, _served, _key, _session) = (services, group, served, key, session);
        _cursor = new OwnedCursor(session, group, key, services.Options.SiloName);
        _sink = new SinkCall(group, served.Sink, _cursor, services.Options.SiloName);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(services.Slots.Aborting);
    }

    /// <summary>Takes the group's lock on a session of its own; null when another session holds it.</summary>
    public static async Task<Tenure?> TryBeginAsync(
        GroupServices services, GroupKey group, ServedSink served, LockKey key, CancellationToken cancellationToken)
    {
        var session = await services.Sessions.RentAsync(cancellationToken);
        try
        {
            if (await session.TryLockAsync(key, cancellationToken))
            {
                return new Tenure(services, group, served, key, session);
            }
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }

        await services.Sessions.ReturnAsync(session);
        return null;
    }

    /// <summary>Works until nothing is left, the group must wait, the silo drains, or the ownership is lost.</summary>
    /// <returns>Whether it ended in order, with the lock given back.</returns>
    public async Task<bool> RunAsync()
    {
        try
        {
            var error = await ErrorOfAsync(WorkUntilDoneAsync);
            await ReleaseSinkAsync();
            error ??= _lost ?? await ErrorOfAsync(() => _session.UnlockAsync(_key, CancellationToken.None));
            if (error is not null)
            {
                LogLost(_services.Logger, _group, _served.Name, error.Message);
                _services.Instruments.OwnershipLost();
            }

            return error is null;
        }
        finally
        {
            await _services.Sessions.ReturnAsync(_session);
        }
    }

    /// <summary>Beats the heartbeat while the sink works; at other times the tenure's own statements do.</summary>
    public async Task BeatAsync()
    {
        if (!_working)
        {
            return;
        }

        try
        {
            await _cursor.BeatAsync();
        }
        catch (Exception e)
        {
            Lose(e);
        }
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
    public void Abort() => _cancel.Cancel();

    public void Dispose() => _cancel.Dispose();

    private async Task WorkUntilDoneAsync()
    {
        if (await _cursor.IsParkedAsync(CancellationToken.None))
        {
            return;
        }

        if (await _cursor.OwnAsync(CancellationToken.None))
        {
            LogFormerOwnerLost(_services.Logger, _group, _served.Name);
            _services.Instruments.LossRecorded();
        }

        while (!_services.Slots.Draining.IsCancellationRequested && !_cancel.IsCancellationRequested && await StepAsync())
        {
        }

        await _cursor.LeaveAsync(CancellationToken.None);
    }

    /// <summary>Handles the entry at the cursor; answers whether to go on with the next.</summary>
    private async Task<bool> StepAsync()
    {
        var position = await _cursor.FetchAsync(CancellationToken.None);
        if (position.Entry is not { } entry)
        {
            return await IsMoreThereAsync(position);
        }

        if (entry.SkipReason is { } why)
        {
            await _cursor.SkipAsync(entry, why, CancellationToken.None);
            _services.Instruments.BatchEnded("skipped");
            return true;
        }

        if (position.Losses >= _services.Options.MaxLosses)
        {
            return await FailAsync(entry, position, position.Attempts, $"The owner was lost {position.Losses} times while it worked on this batch: it may be what kills it.");
        }

        if (position.Attempts >= _services.Options.MaxAttempts)
        {
            return await FailAsync(entry, position, position.Attempts, $"All {position.Attempts} attempts are used up.");
        }

        var attempt = await _cursor.ClaimAsync(entry, CancellationToken.None);
        return await WorkAsync(entry, position, attempt) switch
        {
            null => await SucceedAsync(entry),
            PermanentBatchException e => await FailAsync(entry, position, attempt, e.Message),

            // Whatever a sink throws when it is cancelled, the batch is not to blame.
            not null when _cancel.IsCancellationRequested => false,
            SinkNotReadyException e => await ParkAsync(entry, e.RetryAfter < _shortestWait ? _shortestWait : e.RetryAfter, "not_ready", e.Message),
            { } e when attempt >= _services.Options.MaxAttempts => await FailAsync(entry, position, attempt, e.Message),
            { } e => await RetryAsync(entry, attempt, e),
        };
    }

    /// <summary>Runs the sink with the heartbeat on; returns its error, or throws when the ownership was lost meanwhile.</summary>
    private async Task<Exception?> WorkAsync(LogEntry entry, CursorPosition position, int attempt)
    {
        var error = await CallSinkAsync(() => _sink.ApplyAsync(entry, attempt, position.AppliedSeq, _cancel.Token));
        ThrowIfLost(error);
        return error;
    }

    private async Task<bool> SucceedAsync(LogEntry entry)
    {
        await _cursor.AdvanceAsync(entry, CancellationToken.None);
        _services.Instruments.BatchEnded("succeeded");
        return true;
    }

    private async Task<bool> RetryAsync(LogEntry entry, int attempt, Exception error)
    {
        var wait = Backoff.After(attempt, _services.Options.BackoffBase, _services.Options.BackoffCap, Random.Shared);
        LogRetry(_services.Logger, _group, _served.Name, entry.Seq, attempt, wait, error.Message);
        return await ParkAsync(entry, wait, "retry", error.Message);
    }

    private async Task<bool> ParkAsync(LogEntry entry, TimeSpan wait, string reason, string error)
    {
        await _cursor.ParkAsync(entry, wait, reason, ErrorMessage.Of(error), CancellationToken.None);
        _services.Instruments.BatchEnded(reason);
        return false;
    }

    private async Task<bool> FailAsync(LogEntry entry, CursorPosition position, int attempts, string error)
    {
        LogFailed(_services.Logger, _group, _served.Name, entry.RunId, entry.Seq, error);

        // Best effort: the run has failed whatever the sink says to it, and a sink that is broken must not keep the group here.
        var told = await TellFailureAsync(entry, position, attempts);
        if (told is OperationCanceledException && _cancel.IsCancellationRequested)
        {
            return false;
        }

        await _cursor.FailAsync(entry, ErrorMessage.Of(error), CancellationToken.None);
        _services.Instruments.BatchEnded("failed");
        return !entry.BlocksOnFailure;
    }

    private async Task<Exception?> TellFailureAsync(LogEntry entry, CursorPosition position, int attempts)
    {
        var error = await CallSinkAsync(() => _sink.EndRunAsync(entry, RunEnd.Failed, attempts, position.AppliedSeq, _cancel.Token));
        ThrowIfLost(error);
        return error;
    }

    private async Task<Exception?> CallSinkAsync(Func<Task> call)
    {
        using var running = _services.Health.BatchStarted(_group, _served.Name);
        using var deadline = new OwnershipDeadline(_session, _services.Options.IdleTimeout, _services.Time, LoseAtDeadline);
        _working = true;
        var error = await ErrorOfAsync(() => _services.Threads.RunAsync(call));
        _working = false;
        return error;
    }

    private void ThrowIfLost(Exception? error)
    {
        if ((_lost ?? error as OwnershipLostException) is { } lost)
        {
            throw new OwnershipLostException(lost.Message, lost);
        }
    }

    private async Task<bool> IsMoreThereAsync(CursorPosition position)
    {
        if (await _cursor.DropWakeupsIfDrainedAsync(CancellationToken.None))
        {
            return false;
        }

        // An entry that came after the fetch is there now; one that is missing was taken away by somebody.
        if ((await _cursor.FetchAsync(CancellationToken.None)).Entry is null)
        {
            throw new InvalidOperationException(
                $"Entry {position.NextSeq} is missing from the log: its partition was dropped before the sink had passed it. Restore it.");
        }

        return true;
    }

    private async Task ReleaseSinkAsync()
    {
        using var limit = new CancellationTokenSource(_releaseLimit, _services.Time);
        if (await CallSinkAsync(() => _sink.ReleaseAsync(limit.Token)) is { } e)
        {
            LogReleaseFailed(_services.Logger, _group, _served.Name, e.Message);
        }
    }

    private void Lose(Exception error)
    {
        _lost ??= error;
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The tenure ended at the same moment.
        }
    }

    private static async Task<Exception?> ErrorOfAsync(Func<Task> step)
    {
        try
        {
            await step();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void LoseAtDeadline() => Lose(new OwnershipLostException(
        $"Group {_group}: the database has not confirmed a statement for so long that it may have ended the session."));
}
