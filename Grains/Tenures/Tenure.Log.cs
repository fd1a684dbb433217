using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Tenures;

internal sealed partial class Tenure
{
    [LoggerMessage(100, LogLevel.Warning, "Group {Group} of sink {Sink}: the ownership ended. {Reason}")]
    static partial void LogLost(ILogger logger, GroupKey group, string sink, string reason);

    [LoggerMessage(101, LogLevel.Warning, "Group {Group} of sink {Sink}: a former owner went away in a batch, which is tried again.")]
    static partial void LogFormerOwnerLost(ILogger logger, GroupKey group, string sink);

    [LoggerMessage(106, LogLevel.Warning, "Group {Group} of sink {Sink}: the sink could not close what it held open. {Error}")]
    static partial void LogReleaseFailed(ILogger logger, GroupKey group, string sink, string error);
}
