using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Grains.Recovery;

internal sealed partial class RecoveryGrain
{
    [LoggerMessage(
        EventIds.SweepFailed, LogLevel.Warning,
        "The sweep failed {Failures} times in a row; the next one is in {Pause}. {Error}")]
    static partial void LogFailed(ILogger logger, int failures, TimeSpan pause, string error);

    [LoggerMessage(
        EventIds.WakeupsMended, LogLevel.Warning,
        "{Count} groups had unfinished entries but no wakeup: somebody deleted wakeups, or a sink was inserted by hand. They have one "
        + "now.")]
    static partial void LogMended(ILogger logger, int count);

    [LoggerMessage(
        EventIds.HooksNotTold, LogLevel.Warning,
        "The hooks could not be told how runs ended; the next sweep tries again. {Error}")]
    static partial void LogNotNotified(ILogger logger, string error);
}
