using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Retrying;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Tenures;

/// <summary>The last step of a tenure: the sink closes what it holds open, the lock goes back once, and others are told.</summary>
internal sealed partial class TenureEnd(
    TenureTarget target, GroupSession session, GroupCursor cursor, WatchedSink sink, OwnershipWatch watch, SinkWaits waits,
    DatabaseOutage outage, TroubleLog troubles, OrleansBatchInstruments instruments, ILogger logger)
{
    // Longer than a group rests whose tenure has failed at once.
    private static readonly TimeSpan _endsAfter = TimeSpan.FromMinutes(1);

    /// <summary>Ends the tenure after its work ended in the error, if any.</summary>
    /// <returns>Whether it ended in order, with the lock given back.</returns>
    public async Task<bool> ReleaseAsync(Exception? error)
    {
        if (!cursor.IsLockReleased && await sink.ReleaseAsync() is { } unreleased)
        {
            troubles.Repeated(
                $"The release of group {target.Group} in sink {target.Sink}", _endsAfter, unreleased.Message,
                () => LogReleaseFailed(logger, target.Group, target.Sink, unreleased.Message));
        }

        if (IsUnharmed(error))
        {
            await Errors.CatchAsync(GiveBackAsync);
        }

        error ??= watch.Lost ?? await Errors.CatchAsync(() => session.UnlockAsync(target.Key, CancellationToken.None));
        if (error is not null)
        {
            outage.Log(null, () => troubles.Repeated(
                $"The end of a tenure of group {target.Group} in sink {target.Sink}", _endsAfter, error.Message,
                () => LogLost(logger, target.Group, target.Sink, error.Message)));
            instruments.OwnershipLost(target.Sink);
        }
        else
        {
            // The ownership has ended in order: what fails here is known by the next look.
            await Errors.CatchAsync(AfterUnlockAsync);
        }

        return error is null;
    }

    // The owner did not hear from the database in time, or was asked to end while its statements were cancelled. The sink has returned. If
    // the session lives after all, nobody else has had the group: the claim is given back, and no next owner takes it for a loss. Other
    // errors leave the claim: a batch may be at fault, and losses bound how often it is tried.
    private bool IsUnharmed(Exception? error) =>
        session.HoldsLock && (watch.Lost is not null || StatementCancelledException.IsIn(error));

    private async Task GiveBackAsync()
    {
        await cursor.LeaveAsync(CancellationToken.None);
        await session.UnlockAsync(target.Key, CancellationToken.None);
    }

    private async Task AfterUnlockAsync()
    {
        await waits.TellOthersAsync();
        await waits.EndAsync();
    }

    [LoggerMessage(EventIds.OwnershipEnded, LogLevel.Warning, "Group {Group} of sink {Sink}: the ownership ended. {Reason}")]
    private static partial void LogLost(ILogger logger, GroupKey group, string sink, string reason);

    [LoggerMessage(
        EventIds.SinkNotReleased, LogLevel.Warning,
        "Group {Group} of sink {Sink}: the sink could not close what it held open. {Error}")]
    private static partial void LogReleaseFailed(ILogger logger, GroupKey group, string sink, string error);
}
