using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Grains.Tenures;

/// <summary>Works through windows: the sink applies one, and the cursor passes what is finished and claims the next.</summary>
internal sealed class WindowWorker(
    TenureTarget target, GroupCursor cursor, WatchedSink sink, OwnershipWatch watch, EntryWorker entries, WindowLimit limit,
    WakeupTrimming trimming, LeaveRule leaving, UpkeepWorker upkeep, OnDrained onDrained,
    OrleansBatchInstruments instruments)
{
    /// <summary>Works until no further window can be claimed; answers whether the group is to be looked at in detail.</summary>
    public async Task<bool> RunAsync(Window? first)
    {
        var pending = first is null ? null : new PendingWindow(first);
        while (pending is not null)
        {
            var worked = await WorkAsync(pending);
            pending = worked.Result.Finished > 0 ? await PassAsync(worked) : null;
            if (pending is null && !cursor.IsReleased)
            {
                await cursor.SettleCountsAsync();
            }

            if (worked.Result.Error is { } error)
            {
                return await entries.FailedInWindowAsync(worked.Failed, worked.AppliedSeq, worked.IsFailureCounted, error);
            }

            if (worked.Leaves)
            {
                return false;
            }
        }

        return !cursor.IsReleased;
    }

    private async Task<WorkedWindow> WorkAsync(PendingWindow pending)
    {
        var result = pending.Ahead ?? await sink.ApplyAsync(pending.Window);
        limit.Learn(pending.Window, result);
        await trimming.TrimIfDueAsync();
        return new WorkedWindow(pending, result, leaving.MustLeave());
    }

    // Null when no window follows.
    private async Task<PendingWindow?> PassAsync(WorkedWindow worked)
    {
        var next = worked.RestOfSlow is { } rest && !sink.TakesWindows
            ? await AdvanceBesideAsync(worked, rest)
            : await AdvanceAsync(worked);
        instruments.BatchEnded(target.Sink, target.Group.TeamId, "succeeded", worked.Result.Finished);
        instruments.Applied(target.Sink, target.Group.TeamId, worked.Rows, worked.Bytes, worked.Differing);
        return next;
    }

    private async Task<PendingWindow?> AdvanceAsync(WorkedWindow worked)
    {
        var next = await cursor.AdvanceWindowAsync(
            worked.Window, worked.Result, worked.GoesOn ? limit.Current : 0,
            worked.GoesOn && !upkeep.IsWanted ? onDrained : OnDrained.Keep);
        return next is null ? null : new PendingWindow(next);
    }

    // A slow batch is committed while the sink works on the next one, which is claimed already: each has its own commit, and none waits for
    // it. A loss in between repeats both, as it repeats a window.
    private async Task<PendingWindow?> AdvanceBesideAsync(WorkedWindow worked, Window rest)
    {
        var applying = sink.ApplyAsync(rest.OfFirst());
        var advancing = cursor.AdvanceWindowAsync(worked.Window, worked.Result, limit.Current, OnDrained.Keep);
        try
        {
            var (next, ahead) = (await advancing, await applying);

            // Nothing further was claimed, but one more batch is done or has failed: it is passed on its own.
            return next is null ? new PendingWindow(rest, ahead, IsClaimed: false) : new PendingWindow(next, ahead);
        }
        catch
        {
            // Whichever of the two it was, the ownership is over.
            watch.Abort();
            await Task.WhenAll(advancing, applying).ConfigureAwait(
                ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
