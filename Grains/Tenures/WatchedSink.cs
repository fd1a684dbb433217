using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Retrying;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// The sink's calls of one tenure and its wait for solitude, each made while the ownership is watched: the heartbeat beats, and a missing
/// epoch, a broken session or the deadline cancels the sink at once. So does the sink's time-out, for the one batch.
/// </summary>
internal sealed partial class WatchedSink : IDisposable
{
    // What is finished is committed by then, so that a crash repeats little. A batch that takes as long has a commit of its own.
    private static readonly TimeSpan _commitAfter = TimeSpan.FromMilliseconds(15);

    // Where the sink has one commit for them all it is worth more of them: as many as it begins in this time, if that is over with its commit.
    private static readonly TimeSpan _commitTogetherAfter = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _committedTogetherIn = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _releaseLimit = TimeSpan.FromSeconds(30);

    private readonly GroupServices _services;
    private readonly GroupKey _group;
    private readonly ServedSink _served;
    private readonly LockKey _key;
    private readonly OwnedCursor _cursor;
    private readonly GroupSession _session;
    private readonly SinkCall _call;
    private readonly CancellationTokenSource _cancel;
    private volatile bool _working;
    private volatile Exception? _lost;

    public WatchedSink(GroupServices services, GroupKey group, ServedSink served, LockKey key, OwnedCursor cursor, GroupSession session)
    {
        (_services, _group, _served, _key, _cursor, _session) = (services, group, served, key, cursor, session);
        _call = new SinkCall(group, served.Sink, services.BatchHooks, cursor, services.Options.SiloName);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(services.Slots.Aborting);
    }

    /// <summary>Gets how the ownership was lost during a call, or null.</summary>
    public Exception? Lost => _lost;

    /// <summary>Gets a value indicating whether the sink applies a window in one transaction.</summary>
    public bool TakesWindows => _call.TakesWindows;

    public bool IsCancelled => _cancel.IsCancellationRequested;

    /// <summary>Works on the entry and returns how it ended.</summary>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<EntryResult> WorkAsync(EntryWork work)
    {
        using var limit = new BatchTimeout(_services.Options, _served.Name, _services.Time, _cancel.Token);
        var done = new CallResult();
        var error = await CallAsync(async () => done = await DoAsync(work, limit.Token));
        return new EntryResult(IsCancelled ? error : limit.Explain(error), done);
    }

    /// <summary>
    /// Applies the window, in one transaction if the sink has such, or batch by batch, until it is done, one fails, or a finished prefix is due
    /// to be committed.
    /// </summary>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<WindowResult> ApplyAsync(Window window)
    {
        var results = new List<BatchResult>(window.Entries.Count);
        IReadOnlyList<string> notes = [];
        var (quick, apart) = (true, false);
        var error = await CallAsync(async () =>
        {
            // From here: it may have waited for a thread.
            var start = _services.Time.GetTimestamp();
            var together = await TryApplyTogetherAsync(window);
            if (together is { Count: > 0 } applied)
            {
                quick = applied.Count == window.Entries.Count && _services.Time.GetElapsedTime(start) < _committedTogetherIn;
                var end = window.EndAfter(applied.Count);
                results.AddRange(end is null ? applied : applied.Take(applied.Count - 1));
                if (end is not null)
                {
                    notes = (await ApplyOneAsync(end)).Notes;
                    results.Add(applied[^1]);
                }

                return;
            }

            apart = together is not null;
            start = _services.Time.GetTimestamp();
            foreach (var entry in window.Entries)
            {
                if (IsCancelled || !IsOwned() || !quick)
                {
                    return;
                }

                var done = await ApplyOneAsync(window.WorkOf(entry));
                results.Add(done.Batch ?? BatchResult.NotCounted);
                notes = done.Notes;
                quick = _services.Time.GetElapsedTime(start) < _commitAfter;
            }
        });
        return new WindowResult(results, error, quick, apart) { Notes = notes };
    }

    // Null when it was not asked to, nothing when none of the batches was applied: one by one, the batch that it is about says so itself. Whether they
    // are still this owner's is asked first, for a broken session may be what the sink has failed at.
    private async Task<IReadOnlyList<BatchResult>?> TryApplyTogetherAsync(Window window)
    {
        if (!TakesWindows || window.Entries.Count < 2 || IsCancelled || !IsOwned())
        {
            return null;
        }

        using var limit = new BatchTimeout(_services.Options, _served.Name, _services.Time, _cancel.Token, _commitTogetherAfter);
        try
        {
            return await _call.ApplyTogetherAsync([.. window.Entries.Select(window.WorkOf)], _commitTogetherAfter, limit.Token);
        }
        catch (Exception e) when (e is not OwnershipLostException)
        {
            // The error may be another batch's than the first one's, which would be blamed for it.
            _cancel.Token.ThrowIfCancellationRequested();
            await _call.EnsureOwnedAsync(_cancel.Token);
            if (e is not (SinkNotReadyException or BatchUnreachableException))
            {
                LogOneByOne(_services.Logger, _group, _served.Name, window.Entries.Count, window.First.Seq, EntryError.Of(e).InFull);
            }

            return [];
        }
    }

    // Before each batch, and without a round trip: the deadline's timer may be late.
    private bool IsOwned()
    {
        if (_session.UnconfirmedFor < OwnershipDeadline.Of(_services.Options.IdleTimeout))
        {
            return true;
        }

        LoseAtDeadline();
        return false;
    }

    private async Task<CallResult> ApplyOneAsync(EntryWork work)
    {
        using var limit = new BatchTimeout(_services.Options, _served.Name, _services.Time, _cancel.Token);
        try
        {
            return await DoAsync(work, limit.Token);
        }
        catch (Exception e) when (!IsCancelled && limit.Explain(e) is BatchTimedOutException timedOut)
        {
            throw timedOut;
        }
    }

    private async Task<CallResult> DoAsync(EntryWork work, CancellationToken ct)
    {
        var done = await _call.WorkAsync(work, ct);
        foreach (var note in done.Notes)
        {
            LogNote(_services.Logger, _group, _served.Name, work.Entry.RunId, note);
        }

        return done;
    }

    /// <summary>Tells the sink that the entry's run has failed and returns the sink's error.</summary>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<Exception?> TellFailureAsync(EntryWork work)
    {
        using var limit = new BatchTimeout(_services.Options, _served.Name, _services.Time, _cancel.Token);
        return await CallAsync(() => _call.EndRunAsync(work, RunEnd.Failed, work.Position.AppliedSeq, limit.Token));
    }

    /// <summary>Has the sink close what it holds open for the group, also after a loss, and returns the sink's error.</summary>
    public async Task<Exception?> ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(_releaseLimit, _services.Time);
        return await WatchAsync(() => OnSinkThreadAsync(() => _call.ReleaseAsync(limit.Token)));
    }

    /// <summary>Waits until the group has the silo for itself; null, with the time to ask again after, when that can't be now.</summary>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<(IDisposable? Alone, TimeSpan AskAgain)> TryBeAloneAsync()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_cancel.Token, _services.Slots.Draining);
        var answer = (Alone: (IDisposable?)null, AskAgain: TimeSpan.Zero);
        var error = await WatchAsync(async () => answer = await _services.ExclusiveRun.TryEnterAsync(_key, end.Token));
        if ((_lost ?? error) is { } lost)
        {
            answer.Alone?.Dispose();
            throw new OwnershipLostException(lost.Message, lost);
        }

        return answer;
    }

    /// <summary>Beats the heartbeat while the sink works; at other times the tenure's own statements do.</summary>
    public async Task BeatAsync()
    {
        if (_working && await Errors.CatchAsync(_cursor.BeatAsync) is { } error)
        {
            Lose(error);
        }
    }

    public void Abort()
    {
        // A sink's own callbacks run on the thread pool: one that blocks must hold up neither a heartbeat nor a deadline.
        try
        {
            _ = _cancel.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The tenure ended at the same moment.
        }
    }

    public void Dispose() => _cancel.Dispose();

    private async Task<Exception?> CallAsync(Func<Task> call)
    {
        var error = await WatchAsync(() => OnSinkThreadAsync(call));
        return (_lost ?? error as OwnershipLostException) is { } lost ? throw new OwnershipLostException(lost.Message, lost) : error;
    }

    private async Task OnSinkThreadAsync(Func<Task> call)
    {
        using var running = _services.Health.BatchStarted(_group, _served.Name);
        using var cancelled = _cancel.Token.Register(running.Cancelled);
        await _services.Threads.RunAsync(call);
    }

    private async Task<Exception?> WatchAsync(Func<Task> step)
    {
        using var deadline = new OwnershipDeadline(_session, _services.Options.IdleTimeout, _services.Time, LoseAtDeadline);
        _working = true;
        var error = await Errors.CatchAsync(step);
        _working = false;
        return error;
    }

    private void LoseAtDeadline() => Lose(new OwnershipLostException(
        $"Group {_group}: the database has not confirmed a statement for so long that it may have ended the session."));

    private void Lose(Exception error)
    {
        _lost ??= error;
        Abort();
    }
}
