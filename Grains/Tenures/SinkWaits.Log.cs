using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Tenures;

internal sealed partial class SinkWaits
{
    [LoggerMessage(110, LogLevel.Warning, "Group {Group} of sink {Sink} waits for the sink from now on, at seq {Seq}; no attempt is counted. {Reason}")]
    private static partial void LogWaits(ILogger logger, GroupKey group, string sink, long seq, string reason);

    [LoggerMessage(111, LogLevel.Information, "Group {Group} of sink {Sink} no longer waits for the sink, which was asked {Tries} times in {Waited}.")]
    private static partial void LogOver(ILogger logger, GroupKey group, string sink, int tries, TimeSpan waited);
}
