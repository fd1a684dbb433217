using Microsoft.Extensions.Logging;

namespace OrleansBatch.Grains.Recovery;

internal sealed partial class Retention
{
    [LoggerMessage(320, LogLevel.Information, "Partition {Partition} is older than what is kept and was dropped.")]
    static partial void LogDropped(ILogger logger, string partition);

    [LoggerMessage(321, LogLevel.Information, "Partition {Partition} is older than what is kept, but group {GroupId} of sink {Sink} still needs it up to seq {Seq}.")]
    static partial void LogHeld(ILogger logger, string partition, int groupId, string sink, long seq);

    [LoggerMessage(322, LogLevel.Warning, "Partition {Partition} was detached and is attached again: {Why}.")]
    static partial void LogAttached(ILogger logger, string partition, string why);

    [LoggerMessage(323, LogLevel.Information, "Partition {Partition} can't be detached yet: an older transaction is open. The next sweep tries again. {Error}")]
    static partial void LogWaits(ILogger logger, string partition, string error);

    [LoggerMessage(324, LogLevel.Warning, "Partition {Partition} can't be dealt with: {Error} Rename the table, or drop it when its rows are not needed.")]
    static partial void LogInTheWay(ILogger logger, string partition, string error);
}
