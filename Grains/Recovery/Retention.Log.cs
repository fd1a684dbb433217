using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Grains.Recovery;

internal sealed partial class Retention
{
    [LoggerMessage(EventIds.PartitionDropped, LogLevel.Information, "Partition {Partition} is older than what is kept and was dropped.")]
    static partial void LogDropped(ILogger logger, string partition);

    [LoggerMessage(
        EventIds.PartitionHeld, LogLevel.Information,
        "Partition {Partition} is older than what is kept, but group {GroupId} of sink {Sink} still needs it up to seq {Seq}.")]
    static partial void LogHeld(ILogger logger, string partition, int groupId, string sink, long seq);

    [LoggerMessage(EventIds.PartitionAttachedAgain, LogLevel.Warning, "Partition {Partition} was detached and is attached again: {Why}.")]
    static partial void LogAttached(ILogger logger, string partition, string why);

    [LoggerMessage(
        EventIds.PartitionWaits, LogLevel.Information,
        "Partition {Partition} can't be detached yet: an older transaction is open. The next sweep tries again. {Error}")]
    static partial void LogWaits(ILogger logger, string partition, string error);

    [LoggerMessage(
        EventIds.PartitionInTheWay, LogLevel.Warning,
        "Partition {Partition} can't be dealt with: {Error} Rename the table, or drop it when its rows are not needed.")]
    static partial void LogInTheWay(ILogger logger, string partition, string error);
}
