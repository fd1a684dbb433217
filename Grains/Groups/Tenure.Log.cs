using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Groups;

internal sealed partial class Tenure
{
    [LoggerMessage(100, LogLevel.Warning, "Group {Group} of sink {Sink}: the ownership ended. {Reason}")]
    static partial void LogLost(ILogger logger, GroupKey group, string sink, string reason);

    [LoggerMessage(101, LogLevel.Warning, "Group {Group} of sink {Sink}: a former owner went away in a batch, which is tried again.")]
    static partial void LogFormerOwnerLost(ILogger logger, GroupKey group, string sink);

    [LoggerMessage(102, LogLevel.Warning, "Group {Group} of sink {Sink}: batch {Seq} failed at attempt {Attempt} and is tried again within {Wait}. {Error}")]
    static partial void LogRetry(ILogger logger, GroupKey group, string sink, long seq, int attempt, TimeSpan wait, string error);

    [LoggerMessage(103, LogLevel.Error, "Group {Group} of sink {Sink}: run {RunId} failed at batch {Seq}. {Error}")]
    static partial void LogFailed(ILogger logger, GroupKey group, string sink, Guid runId, long seq, string error);

    [LoggerMessage(104, LogLevel.Warning, "Group {Group} of sink {Sink}: the sink could not close what it held open. {Error}")]
    static partial void LogReleaseFailed(ILogger logger, GroupKey group, string sink, string error);
}
