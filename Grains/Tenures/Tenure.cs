using OrleansBatch.Grains.Retrying;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// One ownership of a group, from the lock to its release. All statements go over one session; when that is lost, the tenure is over, and
/// whatever the sink still does is refused by its epoch.
/// </summary>
/// <remarks>
/// The way of a batch, a step after the other, and where each stands in this folder:
/// <list type="number">
/// <item>Own: <see cref="TenureStart"/> takes the lock and raises the epoch, through <see cref="GroupCursor"/>.</item>
/// <item>Window: <see cref="WindowWorker"/> takes a group in order through <see cref="Window"/> after window.</item>
/// <item>Entry: <see cref="EntryWorker"/> takes what is not in order; <see cref="EntryRules"/> decide what becomes of it.</item>
/// <item>Sink: <see cref="WatchedSink"/> calls the sink through <see cref="SinkCall"/> while <see cref="OwnershipWatch"/> looks on.</item>
/// <item>Advance: <see cref="GroupCursor"/> passes what is finished and claims on; <see cref="SinkWaits"/> parks or passes on.</item>
/// <item>Release: <see cref="TenureEnd"/> gives the lock back when <see cref="LeaveRule"/> says so or nothing is left.</item>
/// </list>
/// </remarks>
internal sealed class Tenure(
    GroupSession session, SessionSet sessions, GroupCursor cursor, TenureStart start, WindowWorker windows, EntryWorker entries,
    WindowLimit limit, WakeupTrimming trimming, LeaveRule leaving, SinkWaits waits, OwnershipWatch watch, TenureEnd end) : IDisposable
{
    private Window? _window;

    /// <summary>Gets a value indicating whether this tenure got as far as a batch.</summary>
    public bool TookUpWork => cursor.HasClaimed;

    /// <summary>Gets the entry that this silo can't reach, when the tenure ended by leaving the group to the others; else null.</summary>
    public long? PassedOnAt => waits.PassedOnAt;

    /// <summary>Gets a value indicating whether it left because its time slice was over while others waited.</summary>
    public bool LeavesToOthers => leaving.LeavesToOthers;

    /// <summary>Takes the group's lock; false when another session holds it.</summary>
    public async Task<bool> TryOwnAsync(CancellationToken cancellationToken)
    {
        (var locked, _window) = await start.TryOwnAsync(cancellationToken);
        return locked;
    }

    /// <summary>Works until nothing is left, the group must wait, the silo drains, or the ownership is lost. The grain's timer beats from
    /// now on.</summary>
    /// <returns>Whether it ended in order, with the lock given back.</returns>
    public async Task<bool> RunAsync()
    {
        watch.TimerBegan();
        try
        {
            return await end.ReleaseAsync(await Errors.CatchAsync(WorkUntilDoneAsync));
        }
        finally
        {
            await watch.AfterBeatAsync();
            await sessions.ReturnAsync(session);
        }
    }

    /// <summary>Beats the heartbeat; the grain's timer calls it. Does not wait for the database.</summary>
    public void Beat() => watch.Beat();

    /// <summary>Beats until the tenure has ended, when the activation's timer is gone but a deaf sink still works.</summary>
    public Task BeatUntilAsync(Task ended) => watch.BeatUntilAsync(ended);

    /// <summary>Cancels the sink and ends the tenure as soon as it returns.</summary>
    public void Abort() => watch.Abort();

    public void Dispose() => watch.Dispose();

    private async Task WorkUntilDoneAsync()
    {
        if (_window is null && !await start.OwnInDetailAsync())
        {
            return;
        }

        // As long as the group is in order it goes by windows; what they can't judge is looked at entry by entry.
        while (await windows.RunAsync(_window) && !leaving.MustLeave() && await entries.StepAsync())
        {
            await trimming.TrimIfDueAsync();
            _window = leaving.MustLeave() ? null : await cursor.ClaimWindowAsync(limit.Current);
        }

        if (!cursor.IsReleased)
        {
            await cursor.LeaveAsync(CancellationToken.None);
        }
    }
}
