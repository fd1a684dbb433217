using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Tenures;

/// <summary>The first step of a tenure: take the lock, own the cursor, and count the loss of an owner that went away.</summary>
internal sealed partial class TenureStart(
    TenureTarget target, GroupCursor cursor, WindowLimit limit, DatabaseOutage outage, LastOutage lastOutage,
    OrleansBatchInstruments instruments, ILogger logger)
{
    /// <summary>Takes the lock; a group that is in order is owned in the same round trip, with its first window.</summary>
    public Task<(bool Locked, Window? Window)> TryOwnAsync(CancellationToken cancellationToken) =>
        cursor.TryOwnAsync(limit.Current, cancellationToken);

    /// <summary>Owns a group that is not in order, whose lock is held; answers false when the group must wait.</summary>
    public async Task<bool> OwnInDetailAsync()
    {
        if (await cursor.IsParkedAsync(CancellationToken.None))
        {
            return false;
        }

        if (await cursor.OwnAsync(CancellationToken.None, lastOutage.Explains))
        {
            outage.Log(null, () => LogFormerOwnerLost(logger, target.Group, target.Sink));
            instruments.LossRecorded(target.Sink, target.Group.TeamId);
        }

        await cursor.SettleCountsAsync();
        return true;
    }

    [LoggerMessage(
        EventIds.FormerOwnerLost, LogLevel.Warning,
        "Group {Group} of sink {Sink}: a former owner went away in a batch, which is tried again.")]
    private static partial void LogFormerOwnerLost(ILogger logger, GroupKey group, string sink);
}
