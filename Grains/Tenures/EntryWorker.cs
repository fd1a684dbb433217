using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Handles the entry at the cursor. Does what an operator wants at this boundary, skips the entry, or claims it. After a claim the sink
/// works on the entry, and what came of it is committed.
/// </summary>
internal sealed partial class EntryWorker(
    TenureTarget target, GroupCursor cursor, WatchedSink sink, FormerOwners formerOwners, LoneEntry lone, ForgetWorker forgets,
    UpkeepWorker upkeep, OwnershipWatch watch, SinkWaits waits, IRunEndListener runEnds, OrleansBatchInstruments instruments,
    OrleansBatchOptions options, ILogger logger)
{
    private (long Request, long Base) _replay;

    /// <summary>Handles the entry at the cursor; answers whether to go on with the next.</summary>
    public async Task<bool> StepAsync()
    {
        var position = await cursor.FetchAsync(CancellationToken.None);
        if (position.Request is { Kind: RequestKind.Forget } forget)
        {
            await forgets.ComplyAsync(forget, position);
            return false;
        }

        if (position.Request is { } request)
        {
            await cursor.ComplyAsync(request, position.NextSeq, CancellationToken.None);
            LogComplied(logger, target.Group, target.Sink, request.Id);

            // A parked group's request is complied with as well, and the group may have to wait on afterwards.
            return !await cursor.IsParkedAsync(CancellationToken.None);
        }

        if (position is not { Entry: { } entry, Standing: { } standing })
        {
            return await upkeep.StepAsync(position.Held) || await IsMoreThereAsync(position);
        }

        if (position.Pause is { } by)
        {
            if (await upkeep.StepAsync(position.Held))
            {
                return true;
            }

            await cursor.ParkAsync(entry, ParkReason.Paused(by), CancellationToken.None);
            return false;
        }

        if (position.Held.IsReplaying)
        {
            position = position with { Held = position.Held with { AppliedSeq = await ReplayBaseAsync(position) } };
            entry = entry with { OriginRunId = ReplayOrigin.Of(entry.OriginRunId, position.ReplayRequest) };
            return await WorkAsync(entry, position, EntryRules.Again(entry, standing));
        }

        var upstream = standing.HasUpstream ? await cursor.ReadUpstreamAsync(entry, CancellationToken.None) : null;
        return EntryRules.First(entry, standing, upstream) switch
        {
            EntryVerdict.Skip skip => await SkipAsync(entry, position.Held, skip, null, []),
            EntryVerdict.Fail fail => await FailAsync(entry, position.Held, 0, EntryError.Of(fail.Error), blocks: false),
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
            return await SucceedAsync(entry, position.Held, work, new CallResult());
        }

        if (position.Losses >= options.MaxLosses)
        {
            return await FailAsync(
                entry, position.Held, position.Attempts,
                EntryError.Of($"The owner was lost {position.Losses} times while it worked on this batch: it may be what kills it."));
        }

        if (position.Attempts >= options.MaxAttempts)
        {
            return await FailAsync(
                entry, position.Held, position.Attempts, EntryError.Of($"All {position.Attempts} attempts are used up."));
        }

        if (position.Losses == 0 || position.Losses < options.MaxLosses - 1)
        {
            return await AttemptAsync(entry, position.Held, work);
        }

        await using var alone = await lone.TryEnterAsync(entry, position.Losses);
        return alone is not null && await AttemptAsync(entry, position.Held, work);
    }

    private async Task<bool> AttemptAsync(LogEntry entry, SinkPosition held, EntryVerdict.Work work)
    {
        var attempt = await cursor.ClaimAsync(entry, CancellationToken.None);
        var result = await sink.WorkAsync(new EntryWork(entry, work, held, attempt));
        if (result.Error is { } error)
        {
            return await FailedAsync(entry, held, attempt, error, isApplied: work.Applied is not null);
        }

        var goesOn = await SucceedAsync(entry, held, work, result.Done);
        if (attempt > 1)
        {
            LogSucceededAtLast(logger, target.Group, target.Sink, entry.Seq, attempt);
        }

        return goesOn;
    }

    /// <summary>Commits what comes of an error in a window; answers whether to go on with the next entry.</summary>
    /// <param name="entry">The batch that the sink failed at.</param>
    /// <param name="appliedSeq">The last batch that the sink applied.</param>
    /// <param name="isCounted">Whether this attempt is counted already, because the window began with the batch.</param>
    /// <param name="error">The sink's error.</param>
    public async Task<bool> FailedInWindowAsync(LogEntry entry, long appliedSeq, bool isCounted, Exception error)
    {
        var attempt = isCounted ? 1 : await cursor.ClaimAsync(entry, CancellationToken.None);
        return await FailedAsync(entry, new SinkPosition(appliedSeq), attempt, error);
    }

    private async Task<bool> SucceedAsync(LogEntry entry, SinkPosition held, EntryVerdict.Work work, CallResult done)
    {
        if (held.IsReplaying)
        {
            await cursor.AdvanceReplayedAsync(entry, work.AppliesBatch && done.Skip is null, done, CancellationToken.None);
            Count("replayed", entry, done);
            return true;
        }

        if ((work.SkipsBatch ?? done.Skip) is { } skip)
        {
            return await SkipAsync(entry, held, skip, work.End, done.Notes);
        }

        if (work.Applied is not null)
        {
            done = await KeepAppliedAsync(entry, done);
        }

        await cursor.AdvanceAsync(entry, work.End, done, CancellationToken.None);
        TellIfEnded(work.End);
        Count("succeeded", entry, done);
        return true;
    }

    // A crash behind the statement leaves a batch that is applied once more, which the sink recognises.
    private async Task<CallResult> KeepAppliedAsync(LogEntry entry, CallResult done)
    {
        await cursor.TakeBackSkipAsync(entry, CancellationToken.None);
        LogKeptApplied(logger, target.Group, target.Sink, entry.RunId, entry.Seq);
        return done with { Notes = [.. done.Notes, $"Seq {entry.Seq} counts as applied: a lost owner had committed it to the sink."] };
    }

    private async Task<bool> SkipAsync(
        LogEntry entry, SinkPosition held, EntryVerdict.Skip skip, RunEnd? end, IReadOnlyList<string> notes)
    {
        if (await formerOwners.TryShutOutAsync(entry, held) is not { } found)
        {
            return false;
        }

        if (EntryRules.Left(entry, found, end) is { } left)
        {
            return await AttemptAsync(entry, held, left);
        }

        await cursor.SkipAsync(entry, skip, end, notes, CancellationToken.None);
        TellIfEnded(end);
        instruments.BatchEnded(target.Sink, target.Group.TeamId, "skipped");
        return true;
    }

    private void Count(string outcome, LogEntry entry, CallResult done)
    {
        instruments.BatchEnded(target.Sink, target.Group.TeamId, outcome);
        if (done.Batch is { } batch)
        {
            instruments.Applied(
                target.Sink, target.Group.TeamId, batch.RowsApplied ?? 0, entry.ByteSize ?? 0, BatchRows.Differ(entry, batch) ? 1 : 0);
        }
    }

    private void TellIfEnded(RunEnd? end)
    {
        if (end is not null)
        {
            runEnds.RunEnded();
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
