using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// The sink's calls of one tenure, each on a thread of the sinks and under the watch of the ownership. The sink's time-out cancels a call
/// for the one batch.
/// </summary>
internal sealed partial class WatchedSink(
    TenureTarget target, SinkCall call, OwnershipWatch watch, SinkThreads threads, EngineHealth health, OrleansBatchInstruments instruments,
    OrleansBatchOptions options, TimeProvider time, ILogger logger)
{
    // What is finished is committed by then, so that a crash repeats little. A batch that takes as long has a commit of its own.
    private static readonly TimeSpan _commitAfter = TimeSpan.FromMilliseconds(15);

    private static readonly TimeSpan _releaseLimit = TimeSpan.FromSeconds(30);

    /// <summary>Gets a value indicating whether the sink applies a window in one transaction.</summary>
    public bool TakesWindows => call.TakesWindows;

    /// <summary>Gets a value indicating whether code of the host may refuse a batch that the sink has applied.</summary>
    public bool HasHooks => call.HasHooks;

    /// <summary>Gets a value indicating whether the sink can remove what it holds of a group.</summary>
    public bool Forgets => call.Forgets;

    /// <summary>Works on the entry and returns how the attempt ended.</summary>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<EntryResult> WorkAsync(EntryWork work)
    {
        using var limit = LimitOfABatch();
        var done = new CallResult();
        var error = await CallAsync(async () => done = await DoAsync(work, limit.Token));
        return new EntryResult(watch.IsCancelled ? error : limit.Explain(error), done);
    }

    /// <summary>
    /// Applies the window, in one transaction if the sink has such, or batch by batch. Stops when the window is done, a batch fails, or a
    /// finished prefix is due to be committed.
    /// </summary>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<WindowResult> ApplyAsync(Window window)
    {
        var progress = new WindowProgress(window.Entries.Count);
        var error = await CallAsync(() => ApplyAsync(window, progress));
        return new WindowResult(progress.Results, error, progress.IsQuick, progress.WentApart) { Notes = progress.Notes };
    }

    /// <summary>Tells the sink that the entry's run has failed and returns the sink's error.</summary>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<Exception?> TellFailureAsync(EntryWork work)
    {
        using var limit = LimitOfABatch();
        return await CallAsync(() => call.EndRunAsync(work, RunEnd.Failed, work.Held.AppliedSeq, limit.Token));
    }

    /// <summary>
    /// Has the sink refuse every former owner, before a batch is passed unapplied; returns the sink's error, or what former owners left.
    /// </summary>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<(Exception? Error, FenceResult Found)> FenceAsync(LogEntry entry, SinkPosition held)
    {
        var found = FenceResult.Nothing;
        if (!call.NeedsFence)
        {
            return (null, found);
        }

        using var limit = LimitOfABatch();
        var error = await CallAsync(async () => found = await call.FenceAsync(entry, held, limit.Token));
        return (watch.IsCancelled ? error : limit.Explain(error), found);
    }

    /// <summary>Has the sink remove what it holds of the group and returns its error; a sink that can't do that does nothing.</summary>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<Exception?> ForgetAsync(SinkPosition held, int attempt)
    {
        using var limit = LimitOfABatch();
        var error = await CallAsync(() => call.ForgetAsync(held, attempt, limit.Token));
        return watch.IsCancelled ? error : limit.Explain(error);
    }

    /// <summary>Has the sink do a slice of upkeep; returns the sink's error, or how the slice ended.</summary>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<(Exception? Error, UpkeepResult? Result)> KeepUpAsync(UpkeepTask task, long? version, SinkPosition held)
    {
        using var limit = LimitOfABatch();
        UpkeepResult? result = null;
        var error = await CallAsync(async () => result = await call.KeepUpAsync(task, version, held, limit.Token));
        return (watch.IsCancelled ? error : limit.Explain(error), result);
    }

    /// <summary>Has the sink close what it holds open for the group, also after a loss, and returns the sink's error.</summary>
    public async Task<Exception?> ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(_releaseLimit, time);
        return await watch.RunAsync(() => OnSinkThreadAsync(() => call.ReleaseAsync(limit.Token)));
    }

    private async Task ApplyAsync(Window window, WindowProgress progress)
    {
        // The call may have waited for a thread: its time begins here.
        var start = time.GetTimestamp();
        var together = await TryApplyTogetherAsync(window);
        if (together is { Count: > 0 } applied)
        {
            progress.IsQuick = applied.Count == window.Entries.Count && time.GetElapsedTime(start) < call.LongestCommit;
            await EndTogetherAsync(window, applied, progress);
            return;
        }

        progress.WentApart = together is not null;
        start = time.GetTimestamp();
        foreach (var entry in window.Entries)
        {
            if (watch.IsCancelled || !watch.IsBeforeDeadline() || !progress.IsQuick)
            {
                return;
            }

            var done = await ApplyOneAsync(window.WorkOf(entry));
            progress.Results.Add(done.Batch ?? BatchResult.NotCounted);
            progress.Notes = done.Notes;
            progress.IsQuick = time.GetElapsedTime(start) < _commitAfter;
        }
    }

    // The last batch counts as done only once the sink has been told the run's end that comes with it.
    private async Task EndTogetherAsync(Window window, IReadOnlyList<BatchResult> applied, WindowProgress progress)
    {
        if (window.EndAfter(applied.Count) is not { } end)
        {
            progress.Results.AddRange(applied);
            return;
        }

        progress.Results.AddRange(applied.Take(applied.Count - 1));
        progress.Notes = (await ApplyOneAsync(end)).Notes;
        progress.Results.Add(applied[^1]);
    }

    // Null when the sink was not asked to; empty when it applied none of the batches. One by one, the batch at fault is then found by its
    // own error. The ownership is asked for first, because a broken session may be what the sink has failed at.
    private async Task<IReadOnlyList<BatchResult>?> TryApplyTogetherAsync(Window window)
    {
        if (!TakesWindows || window.Entries.Count < 2 || watch.IsCancelled || !watch.IsBeforeDeadline())
        {
            return null;
        }

        using var limit = new BatchTimeout(options, target.Sink, time, watch.Cancelled, call.LongestCommit / 2);
        var start = time.GetTimestamp();
        try
        {
            var applied = await call.ApplyTogetherAsync([.. window.Entries.Select(window.WorkOf)], call.LongestCommit / 2, limit.Token);
            instruments.BatchTook(target.Sink, target.Group.TeamId, time.GetElapsedTime(start), succeeded: true, applied.Count);
            return applied;
        }
        catch (Exception e) when (e is not OwnershipLostException)
        {
            // Another batch than the first may be at fault, and the first would be blamed for it.
            watch.Cancelled.ThrowIfCancellationRequested();
            await call.EnsureOwnedAsync(watch.Cancelled);
            if (e is not (SinkNotReadyException or BatchUnreachableException))
            {
                LogOneByOne(logger, target.Group, target.Sink, window.Entries.Count, window.First.Seq, EntryError.Of(e).InFull);
            }

            return [];
        }
    }

    private async Task<CallResult> ApplyOneAsync(EntryWork work)
    {
        using var limit = LimitOfABatch();
        try
        {
            return await DoAsync(work, limit.Token);
        }
        catch (Exception e) when (!watch.IsCancelled && limit.Explain(e) is BatchTimedOutException timedOut)
        {
            throw timedOut;
        }
    }

    private async Task<CallResult> DoAsync(EntryWork work, CancellationToken cancellationToken)
    {
        var done = await TimeAsync(work, cancellationToken);
        foreach (var note in done.Notes)
        {
            LogNote(logger, target.Group, target.Sink, work.Entry.RunId, note);
        }

        return done;
    }

    private async Task<CallResult> TimeAsync(EntryWork work, CancellationToken cancellationToken)
    {
        var (start, succeeded) = (time.GetTimestamp(), false);
        try
        {
            var done = await call.WorkAsync(work, cancellationToken);
            succeeded = true;
            return done;
        }
        finally
        {
            if (work.Task.AppliesBatch)
            {
                instruments.BatchTook(target.Sink, target.Group.TeamId, time.GetElapsedTime(start), succeeded);
            }
        }
    }

    private BatchTimeout LimitOfABatch() => new(options, target.Sink, time, watch.Cancelled);

    private async Task<Exception?> CallAsync(Func<Task> call)
    {
        var error = await watch.RunAsync(() => OnSinkThreadAsync(call));
        return (watch.Lost ?? error as OwnershipLostException) is { } lost ? throw new OwnershipLostException(lost.Message, lost) : error;
    }

    private async Task OnSinkThreadAsync(Func<Task> call)
    {
        using var running = health.BatchStarted(target.Group, target.Sink);
        using var cancelled = watch.Cancelled.Register(running.Cancelled);
        await threads.RunAsync(call);
    }

    // What the sink has done of a window so far; an error leaves it as it is.
    private sealed class WindowProgress(int batches)
    {
        public List<BatchResult> Results { get; } = new(batches);

        public IReadOnlyList<string> Notes { get; set; } = [];

        public bool IsQuick { get; set; } = true;

        public bool WentApart { get; set; }
    }
}
