using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>Works through windows: has the sink apply them batch by batch and commits what it has finished.</summary>
internal sealed class WindowWorker(
    GroupServices services, ServedSink served, WindowCursor windows, WatchedSink sink, EntryWorker entries,
    WakeupTrimming trimming, Func<bool> mustLeave)
{
    private readonly OnDrained _release = served.Sink is Interfaces.Sinks.ITenureSink ? OnDrained.GiveUpGroup : OnDrained.GiveUpGroupAndLock;

    /// <summary>
    /// Gets the most batches to claim at a time: one for a sink that does not promise to recognise what it has, none where hooks may keep
    /// a batch from being applied.
    /// </summary>
    public static int Most(GroupServices services, ServedSink served) =>
        services.BatchHooks.Count > 0 ? 0 : served.Sink.IsIdempotent ? services.Windows.Of(served.Id) : 1;

    /// <summary>Works until no further window can be claimed; answers whether the group is to be looked at in detail.</summary>
    public async Task<bool> RunAsync(Window? window)
    {
        WindowResult? ahead = null;
        var isClaimed = true;
        while (window is not null)
        {
            var current = window;
            var result = ahead ?? await sink.ApplyAsync(current);
            (window, ahead) = (null, null);
            services.Windows.Learn(served.Id, current.Entries.Count, result);
            await trimming.TrimIfDueAsync();
            var leaves = mustLeave();
            if (result.Finished > 0)
            {
                var goesOn = result.Error is null && !leaves;
                var beside = goesOn && !result.Quick && result.Finished < current.Entries.Count && !sink.TakesWindows;
                var applying = beside ? sink.ApplyAsync(current.After(result.Finished).OfFirst()) : null;
                var advance = windows.AdvanceAsync(
                    current, result, goesOn ? Most(services, served) : 0, goesOn && !beside ? _release : OnDrained.Keep);
                (window, ahead) = applying is null ? (await advance, null) : await BothAsync(advance, applying);
                services.Instruments.BatchesEnded("succeeded", result.Finished);
                services.Instruments.RowsDiffer(result.Results.Where((r, i) => BatchRows.Differ(current.Entries[i], r)).Count());
                if (ahead is not null && window is null)
                {
                    // Nothing further was claimed, but one more is done or has failed: it is passed on its own.
                    (window, isClaimed) = (current.After(result.Finished), false);
                }
                else
                {
                    isClaimed = window is not null;
                }
            }

            if (window is null && !windows.IsReleased)
            {
                await windows.SettleIfCountedAsync();
            }

            if (result.Error is { } error)
            {
                var failed = current.Entries[result.Finished];
                var appliedSeq = result.Finished > 0 ? current.Entries[result.Finished - 1].Seq : current.AppliedSeq;
                return await entries.FailedInWindowAsync(failed, appliedSeq, isClaimed && result.Finished == 0, error);
            }

            if (leaves)
            {
                return false;
            }
        }

        return !windows.IsReleased;
    }

    // A slow batch is committed while the sink works on the next one, which is claimed already: each has its own commit, and none waits for
    // it. A loss in between repeats both, as it repeats a window.
    private async Task<(Window? Window, WindowResult? Ahead)> BothAsync(Task<Window?> advance, Task<WindowResult> applying)
    {
        try
        {
            return (await advance, await applying);
        }
        catch
        {
            // Whichever of the two it was, the ownership is over.
            sink.Abort();
            await Task.WhenAll(advance, applying).ConfigureAwait(
                ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
