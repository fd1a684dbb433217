using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Retrying;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Handles the entry at the cursor: does what an operator wants at this boundary, skips the entry, or claims it, has the sink work on it,
/// and commits what came of it.
/// </summary>
internal sealed partial class EntryWorker(
    GroupServices services, GroupKey group, ServedSink served, OwnedCursor cursor, WatchedSink sink, SinkWaits waits)
{
    private (long Request, long Base) _replay;

    /// <summary>Handles the entry at the cursor; answers whether to go on with the next.</summary>
    public async Task<bool> StepAsync()
    {
        var position = await cursor.FetchAsync(CancellationToken.None);
        if (position.Request is { } request)
        {
            await cursor.ComplyAsync(request, position.NextSeq, CancellationToken.None);
            LogComplied(services.Logger, group, served.Name, request.Id);

            // A request is complied with also while the group is parked, and what it is parked for may not be over by it.
            return !await cursor.IsParkedAsync(CancellationToken.None);
        }

        if (position.Entry is not { } entry)
        {
            return await IsMoreThereAsync(position);
        }

        if (position.Pause is { } by)
        {
            await cursor.ParkAsync(entry, ParkReason.Paused(by), CancellationToken.None);
            return false;
        }

        if (position.IsReplaying)
        {
            position = position with { AppliedSeq = await ReplayBaseAsync(position) };
            entry = entry with { OriginRunId = ReplayOrigin.Of(entry.OriginRunId, position.ReplayRequest) };
            return await WorkAsync(entry, position, EntryRules.Again(entry));
        }

        var upstream = entry.HasUpstream ? await cursor.ReadUpstreamAsync(entry, CancellationToken.None) : null;
        return EntryRules.First(entry, upstream) switch
        {
            EntryVerdict.Skip skip => await SkipAsync(entry, skip, null, []),
            EntryVerdict.Fail fail => await FailAsync(entry, position, 0, EntryError.Of(fail.Error), blocks: false),
            EntryVerdict.Work work => await WorkAsync(entry, position, work),
            var other => throw new InvalidOperationException($"There is no such verdict: {other}."),
        };
    }

    private async Task<long> ReplayBaseAsync(CursorPosition position)
    {
        if (_replay.Request != position.ReplayRequest)
        {
            _replay = (position.ReplayRequest, await cursor.ReadReplayBaseAsync(position.ReplayRequest, CancellationToken.None));
        }

        return _replay.Base;
    }

    private async Task<bool> WorkAsync(LogEntry entry, CursorPosition position, EntryVerdict.Work work)
    {
        if (!work.AppliesBatch && work.End is null)
        {
            return await SucceedAsync(entry, position, work, new CallResult());
        }

        if (position.Losses >= services.Options.MaxLosses)
        {
            return await FailAsync(
                entry, position, position.Attempts,
                EntryError.Of($"The owner was lost {position.Losses} times while it worked on this batch: it may be what kills it."));
        }

        if (position.Attempts >= services.Options.MaxAttempts)
        {
            return await FailAsync(entry, position, position.Attempts, EntryError.Of($"All {position.Attempts} attempts are used up."));
        }

        if (position.Losses == 0 || position.Losses < services.Options.MaxLosses - 1)
        {
            return await AttemptAsync(entry, position, work);
        }

        LogWantsSolitude(services.Logger, group, served.Name, entry.Seq, position.Losses);
        var (alone, askAgain) = await sink.TryBeAloneAsync();
        using (alone)
        {
            return alone is not null ? await AttemptAsync(entry, position, work)
                : !services.Slots.Draining.IsCancellationRequested && !sink.IsCancelled && await ParkForSolitudeAsync(entry, position, askAgain);
        }
    }

    private async Task<bool> AttemptAsync(LogEntry entry, CursorPosition position, EntryVerdict.Work work)
    {
        var attempt = await cursor.ClaimAsync(entry, CancellationToken.None);
        var result = await sink.WorkAsync(new EntryWork(entry, work, position, attempt));
        return result.Error is { } error
            ? await FailedAsync(entry, position, attempt, error)
            : await SucceedAsync(entry, position, work, result.Done);
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

    private async Task<bool> FailedAsync(LogEntry entry, CursorPosition position, int attempt, Exception error)
    {
        // Whatever a sink throws when it is cancelled, the batch is not to blame.
        if (sink.IsCancelled && error is not PermanentBatchException)
        {
            return false;
        }

        // Nor is it when the session has ended, whatever a sink makes of that. Asked before anybody is told: the next owner tries the batch
        // again, and may succeed.
        await cursor.EnsureOwnedAsync(CancellationToken.None);
        return error switch
        {
            PermanentBatchException e => await FailAsync(entry, position, attempt, EntryError.Of(e)),
            SinkNotReadyException e => await LeaveAsync(waits.ParkAsync(entry, e)),
            BatchUnreachableException e => await LeaveAsync(waits.PassOnAsync(entry, e)),
            _ when attempt >= services.Options.MaxAttempts => await FailAsync(entry, position, attempt, EntryError.Of(error)),
            _ => await RetryAsync(entry, attempt, error),
        };
    }

    private async Task<bool> SucceedAsync(LogEntry entry, CursorPosition position, EntryVerdict.Work work, CallResult done)
    {
        if (position.IsReplaying)
        {
            await cursor.AdvanceReplayedAsync(entry, work.AppliesBatch && done.Skip is null, done, CancellationToken.None);
            services.Instruments.BatchEnded("replayed");
            return true;
        }

        if ((work.SkipsBatch ?? done.Skip) is { } skip)
        {
            return await SkipAsync(entry, skip, work.End, done.Notes);
        }

        await cursor.AdvanceAsync(entry, done, CancellationToken.None);
        TellIfEnded(work.End);
        services.Instruments.BatchEnded("succeeded");
        services.Instruments.RowsDiffer(BatchRows.Differ(entry, done.Batch) ? 1 : 0);
        return true;
    }

    private async Task<bool> SkipAsync(LogEntry entry, EntryVerdict.Skip skip, RunEnd? end, IReadOnlyList<string> notes)
    {
        await cursor.SkipAsync(entry, skip, end, notes, CancellationToken.None);
        TellIfEnded(end);
        services.Instruments.BatchEnded("skipped");
        return true;
    }

    private async Task<bool> RetryAsync(LogEntry entry, int attempt, Exception error)
    {
        var wait = Backoff.After(attempt, services.Options.BackoffBase, services.Options.BackoffCap, Random.Shared);
        var text = EntryError.Of(error);
        await ParkAsync(entry, ParkReason.Retry(wait, text, error is BatchTimedOutException));
        LogRetry(services.Logger, group, served.Name, entry.Seq, attempt, wait, text.InFull);
        return false;
    }

    private Task<bool> ParkForSolitudeAsync(LogEntry entry, CursorPosition position, TimeSpan askAgain) => LeaveAsync(waits.ParkForSolitudeAsync(
        entry, askAgain, $"The owner was lost {position.Losses} times while it worked on this batch: it waits until it can run alone on a silo."));

    private static async Task<bool> LeaveAsync(Task parking)
    {
        await parking;
        return false;
    }

    private async Task<bool> ParkAsync(LogEntry entry, ParkReason reason)
    {
        await cursor.ParkAsync(entry, reason, CancellationToken.None);
        services.Instruments.BatchEnded(reason.Outcome);
        return false;
    }

    private async Task<bool> FailAsync(LogEntry entry, CursorPosition position, int attempts, EntryError error, bool? blocks = null)
    {
        if (position.IsReplaying)
        {
            // What the run came to when it was applied stands: nothing of it is failed afterwards.
            await ParkAsync(entry, ParkReason.Blocked(error.Saying(StoppedReplay.Sentence(group, served.Name, entry, error.Message))));
            LogFailed(services.Logger, group, served.Name, entry.RunId, entry.Seq, error.InFull);
            return false;
        }

        // Best effort: the run has failed whatever the sink says to it, and a sink that is broken must not keep the group here.
        var told = await sink.TellFailureAsync(new EntryWork(entry, new EntryVerdict.Work(false, RunEnd.Failed), position, attempts));
        if (told is OperationCanceledException && sink.IsCancelled)
        {
            return false;
        }

        var stops = blocks ?? entry.BlocksOnFailure;
        await cursor.FailAsync(entry, error, stops, CancellationToken.None);
        LogFailed(services.Logger, group, served.Name, entry.RunId, entry.Seq, error.InFull);
        TellIfEnded(RunEnd.Failed);
        services.Instruments.BatchEnded("failed");
        return !stops;
    }

    private void TellIfEnded(RunEnd? end)
    {
        if (end is not null)
        {
            services.Notifier.RunEnded();
        }
    }

    private async Task<bool> IsMoreThereAsync(CursorPosition position)
    {
        if (await cursor.DropWakeupsIfDrainedAsync(CancellationToken.None))
        {
            return false;
        }

        // An entry or a request that came after the fetch is there now; an entry that is missing was taken away by somebody.
        if (await cursor.FetchAsync(CancellationToken.None) is { Entry: null, Request: null })
        {
            throw new InvalidOperationException(
                $"Entry {position.NextSeq} is missing from the log: its partition was dropped before the sink had passed it. Restore it.");
        }

        return true;
    }
}
