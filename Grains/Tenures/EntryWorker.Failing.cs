using System.Numerics;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

// What becomes of an entry whose attempt failed.
internal sealed partial class EntryWorker
{
    private async Task<bool> FailedAsync(LogEntry entry, SinkPosition held, int attempt, Exception error, bool isApplied = false)
    {
        // Whatever a sink throws when it is cancelled, the batch is not to blame.
        if (watch.IsCancelled && error is not PermanentBatchException)
        {
            return false;
        }

        // Nor is the batch to blame when the session has ended, whatever a sink makes of that. The ownership is asked for before anybody is
        // told of a failure: the next owner tries the batch again, and may succeed.
        await cursor.EnsureOwnedAsync(CancellationToken.None);
        return error switch
        {
            PermanentBatchException e => await FailAsync(entry, held, attempt, EntryError.Of(e), isApplied: isApplied),
            SinkNotReadyException e => await LeaveAsync(waits.ParkAsync(entry, e)),
            BatchUnreachableException e => await LeaveAsync(waits.PassOnAsync(entry, e)),
            _ when attempt >= options.MaxAttempts =>
                await FailAsync(entry, held, attempt, EntryError.Of(error), isApplied: isApplied),
            _ => await RetryAsync(entry, attempt, error),
        };
    }

    private async Task<bool> RetryAsync(LogEntry entry, int attempt, Exception error)
    {
        var wait = DoublingPause.FullyRandom(attempt, options.BackoffBase, options.BackoffCap, Random.Shared);
        var text = EntryError.Of(error);
        await ParkAsync(entry, ParkReason.Retry(wait, text, error is BatchTimedOutException));

        // The first attempts, and ever fewer of many: show RUN lists all of them.
        if (BitOperations.IsPow2(attempt))
        {
            LogRetry(logger, target.Group, target.Sink, entry.Seq, attempt, wait, text.InFull);
        }

        return false;
    }

    private static async Task<bool> LeaveAsync(Task parking)
    {
        await parking;
        return false;
    }

    private async Task<bool> ParkAsync(LogEntry entry, ParkReason reason)
    {
        await cursor.ParkAsync(entry, reason, CancellationToken.None);
        instruments.BatchEnded(target.Sink, target.Group.TeamId, reason.Outcome);
        return false;
    }

    private async Task<bool> FailAsync(
        LogEntry entry, SinkPosition held, int attempts, EntryError error, bool? blocks = null, bool isApplied = false)
    {
        if (held.IsReplaying)
        {
            // The run keeps the outcome that it had before the replay: no batch of it is failed afterwards.
            var remedy = StoppedReplay.Sentence(target.Group, target.Sink, entry, error.Message);
            await ParkAsync(entry, ParkReason.Blocked(error.Saying(remedy)));
            LogFailed(logger, target.Group, target.Sink, entry.RunId, entry.Seq, error.InFull);
            return false;
        }

        if (await formerOwners.TryShutOutAsync(entry, held) is not { } found)
        {
            return false;
        }

        // Not when the end is still to come, or when hooks have a say: these may be what fails.
        if (!isApplied && !sink.HasHooks && (entry.Ends is null || found.HasEnded) && EntryRules.Left(entry, found) is { } left)
        {
            return await AttemptAsync(entry, held, left);
        }

        // The sink is told as a best effort: the run has failed whatever the sink answers, and a broken sink must not keep the group here.
        var told = await sink.TellFailureAsync(new EntryWork(entry, new EntryVerdict.Work(false, RunEnd.Failed), held, attempts));
        if (told is OperationCanceledException && watch.IsCancelled)
        {
            return false;
        }

        var stops = blocks ?? entry.BlocksOnFailure;
        await cursor.FailAsync(entry, error, stops, CancellationToken.None);
        LogFailed(logger, target.Group, target.Sink, entry.RunId, entry.Seq, error.InFull);
        TellIfEnded(RunEnd.Failed);
        instruments.BatchEnded(target.Sink, target.Group.TeamId, "failed");
        return !stops;
    }
}
