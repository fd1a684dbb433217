using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Tenures;

internal sealed partial class WatchedSink
{
    [LoggerMessage(
        EventIds.WindowGoesOneByOne, LogLevel.Warning,
        "Group {Group} of sink {Sink}: the sink failed at {Count} batches in one transaction, from seq {Seq} on, "
        + "and is given them one by one. {Error}")]
    private static partial void LogOneByOne(ILogger logger, GroupKey group, string sink, int count, long seq, string error);

    [LoggerMessage(EventIds.RunEndNoted, LogLevel.Warning, "Group {Group} of sink {Sink}: of the end of run {RunId} the sink says: {Note}")]
    private static partial void LogNote(ILogger logger, GroupKey group, string sink, Guid runId, string note);
}
