using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Groups.Windows;

/// <summary>Works through windows: has the sink apply them batch by batch and commits what it has finished.</summary>
internal sealed class WindowWorker(
    GroupServices services, ServedSink served, WindowCursor windows, WatchedSink sink, EntryWorker entries,
    WakeupTrimming trimming, Func<bool> mustLeave)
{
    private readonly Release _release = served.Sink is Interfaces.Sinks.ITenureSink ? Release.Group : Release.GroupAndLock;

    /// <summary>
    /// Gets the most batches to claim at a time: one for a sink that does not promise to recognise what it has, none where hooks may keep
    /// a batch from being applied.
    /// </summary>
    public static int Most(GroupServices services, ServedSink served) =>
        services.BatchHooks.Count > 0 ? 0 : served.Sink.IsIdempotent ? services.Windows.Of(served.Id) : 1;

    /// <summary>Works until no further window can be claimed; answers whether the group is to be looked at in detail.</summary>
    public async Task<bool> RunAsync(Window? window)
    {
        while (window is not null)
        {
            var result = await sink.ApplyAsync(window);
            services.Windows.Learn(served.Id, window.Entries.Count, result);
            var current = window;
            window = null;
            await trimming.TrimIfDueAsync();
            var leaves = mustLeave();
            if (result.Finished > 0)
            {
                var goesOn = result.Error is null && !leaves;
                window = await windows.AdvanceAsync(
                    current, result.Finished, goesOn ? Most(services, served) : 0, goesOn ? _release : Release.Keep);
                services.Instruments.BatchesEnded("succeeded", result.Finished);
            }

            if (window is null && !windows.IsReleased)
            {
                await windows.SettleIfCountedAsync();
            }

            if (result.Error is { } error)
            {
                var failed = current.Entries[result.Finished];
                var appliedSeq = result.Finished > 0 ? current.Entries[result.Finished - 1].Seq : current.AppliedSeq;
                return await entries.FailedInWindowAsync(failed, appliedSeq, isClaimed: result.Finished == 0, error);
            }

            if (leaves)
            {
                return false;
            }
        }

        return !windows.IsReleased;
    }
}
