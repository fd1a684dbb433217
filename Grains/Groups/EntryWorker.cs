using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Groups;

/// <summary>Handles the entry at the cursor: skips it, or claims it, has the sink apply it, and commits what came of it.</summary>
internal sealed partial class EntryWorker(
    GroupServices services, GroupKey group, ServedSink served, OwnedCursor cursor, WatchedSink sink)
{
    private static readonly TimeSpan _shortestWait = TimeSpan.FromSeconds(1);

    /// <summary>Handles the entry at the cursor; answers whether to go on with the next.</summary>
    public async Task<bool> StepAsync()
    {
        var position = await cursor.FetchAsync(CancellationToken.None);
        if (position.Entry is not { } entry)
        {
            return await IsMoreThereAsync(position);
        }

        if (entry.SkipReason is { } why)
        {
            await cursor.SkipAsync(entry, why, CancellationToken.None);
            services.Instruments.BatchEnded("skipped");
            return true;
        }

        if (position.Losses >= services.Options.MaxLosses)
        {
            return await FailAsync(
                entry, position, position.Attempts,
                $"The owner was lost {position.Losses} times while it worked on this batch: it may be what kills it.");
        }

        if (position.Attempts >= services.Options.MaxAttempts)
        {
            return await FailAsync(entry, position, position.Attempts, $"All {position.Attempts} attempts are used up.");
        }

        if (position.Losses == 0 || position.Losses < services.Options.MaxLosses - 1)
        {
            return await AttemptAsync(entry, position);
        }

        LogWantsSolitude(services.Logger, group, served.Name, entry.Seq, position.Losses);
        var (alone, askAgain) = await sink.TryBeAloneAsync();
        using (alone)
        {
            return alone is not null ? await AttemptAsync(entry, position)
                : !services.Slots.Draining.IsCancellationRequested && !sink.IsCancelled && await ParkForSolitudeAsync(entry, position, askAgain);
        }
    }

    private async Task<bool> AttemptAsync(LogEntry entry, CursorPosition position)
    {
        var attempt = await cursor.ClaimAsync(entry, CancellationToken.None);
        return await sink.ApplyAsync(entry, attempt, position.AppliedSeq) is { } error
            ? await FailedAsync(entry, position, attempt, error)
            : await SucceedAsync(entry);
    }

    /// <summary>Commits what comes of an error in a window; answers whether to go on with the next entry.</summary>
    /// <param name="entry">The batch that the sink failed at.</param>
    /// <param name="appliedSeq">The last batch that the sink applied.</param>
    /// <param name="isClaimed">Whether this attempt is counted already, because the window began with the batch.</param>
    /// <param name="error">The sink's error.</param>
    public async Task<bool> FailedInWindowAsync(LogEntry entry, long appliedSeq, bool isClaimed, Exception error)
    {
        var attempt = isClaimed ? 1 : await cursor.ClaimAsync(entry, CancellationToken.None);
        return await FailedAsync(entry, new CursorPosition(entry.Seq, appliedSeq, 0, 0, entry), attempt, error);
    }

    private async Task<bool> FailedAsync(LogEntry entry, CursorPosition position, int attempt, Exception error) =>
        error switch
        {
            PermanentBatchException e => await FailAsync(entry, position, attempt, e.Message),

            // Whatever a sink throws when it is cancelled, the batch is not to blame.
            _ when sink.IsCancelled => false,
            SinkNotReadyException e => await ParkAsync(
                entry, e.RetryAfter < _shortestWait ? _shortestWait : e.RetryAfter, "not_ready", e.Message),
            { } e when attempt >= services.Options.MaxAttempts => await FailAsync(entry, position, attempt, e.Message),
            { } e => await RetryAsync(entry, attempt, e),
        };

    private async Task<bool> SucceedAsync(LogEntry entry)
    {
        await cursor.AdvanceAsync(entry, CancellationToken.None);
        services.Instruments.BatchEnded("succeeded");
        return true;
    }

    private async Task<bool> RetryAsync(LogEntry entry, int attempt, Exception error)
    {
        var wait = Backoff.After(attempt, services.Options.BackoffBase, services.Options.BackoffCap, Random.Shared);
        LogRetry(services.Logger, group, served.Name, entry.Seq, attempt, wait, error.Message);
        return await ParkAsync(entry, wait, "retry", error.Message);
    }

    private Task<bool> ParkForSolitudeAsync(LogEntry entry, CursorPosition position, TimeSpan askAgain) => ParkAsync(
        entry, askAgain, "not_ready",
        $"The owner was lost {position.Losses} times while it worked on this batch: it waits until it can run alone on a silo.");

    private async Task<bool> ParkAsync(LogEntry entry, TimeSpan wait, string reason, string error)
    {
        await cursor.ParkAsync(entry, wait, reason, ErrorMessage.Of(error), CancellationToken.None);
        services.Instruments.BatchEnded(reason);
        return false;
    }

    private async Task<bool> FailAsync(LogEntry entry, CursorPosition position, int attempts, string error)
    {
        LogFailed(services.Logger, group, served.Name, entry.RunId, entry.Seq, error);

        // Best effort: the run has failed whatever the sink says to it, and a sink that is broken must not keep the group here.
        var told = await sink.TellFailureAsync(entry, attempts, position.AppliedSeq);
        if (told is OperationCanceledException && sink.IsCancelled)
        {
            return false;
        }

        await cursor.FailAsync(entry, ErrorMessage.Of(error), CancellationToken.None);
        services.Instruments.BatchEnded("failed");
        return !entry.BlocksOnFailure;
    }

    private async Task<bool> IsMoreThereAsync(CursorPosition position)
    {
        if (await cursor.DropWakeupsIfDrainedAsync(CancellationToken.None))
        {
            return false;
        }

        // An entry that came after the fetch is there now; one that is missing was taken away by somebody.
        if ((await cursor.FetchAsync(CancellationToken.None)).Entry is null)
        {
            throw new InvalidOperationException(
                $"Entry {position.NextSeq} is missing from the log: its partition was dropped before the sink had passed it. Restore it.");
        }

        return true;
    }
}
