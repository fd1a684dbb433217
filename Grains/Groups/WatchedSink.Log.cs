using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Groups;

internal sealed partial class WatchedSink
{
    [LoggerMessage(
        107, LogLevel.Warning,
        "Group {Group} of sink {Sink}: the sink failed at {Count} batches in one transaction, from seq {Seq} on, and is given them one by one. {Error}")]
    private static partial void LogOneByOne(ILogger logger, GroupKey group, string sink, int count, long seq, string error);
}
