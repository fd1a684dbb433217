using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Polling;

internal sealed partial class PollerGrain
{
    [LoggerMessage(
        EventIds.SilentOwnerEnded, LogLevel.Warning,
        "Group {Group}: the session of its silent owner (backend {BackendPid}) was ended after {Lifetime} without a sign of life.")]
    static partial void LogEnded(ILogger logger, GroupKey group, int backendPid, TimeSpan lifetime);

    [LoggerMessage(
        EventIds.GroupNotStarted, LogLevel.Information,
        "Group {Group} of sink {Sink} could not be started now and is tried again at the next poll. {Reason}")]
    static partial void LogNotStarted(ILogger logger, GroupKey group, string sink, string reason);
}
