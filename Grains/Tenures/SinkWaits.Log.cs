using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Tenures;

internal sealed partial class SinkWaits
{
    [LoggerMessage(
        EventIds.SinkWaitBegan, LogLevel.Warning,
        "Group {Group} of sink {Sink} waits for the sink from now on, at seq {Seq}; no attempt is counted. {Reason}")]
    private static partial void LogWaits(ILogger logger, GroupKey group, string sink, long seq, string reason);

    [LoggerMessage(
        EventIds.SinkWaitEnded, LogLevel.Information,
        "Group {Group} of sink {Sink} no longer waits for the sink, which was asked {Tries} times in {Waited}.")]
    private static partial void LogOver(ILogger logger, GroupKey group, string sink, int tries, TimeSpan waited);
}
