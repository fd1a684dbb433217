using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Tenures;

internal sealed partial class EntryWorker
{
    [LoggerMessage(
        EventIds.EntryRetried, LogLevel.Warning,
        "Group {Group} of sink {Sink}: the entry at seq {Seq} failed at attempt {Attempt} and is tried again within {Wait}. {Error}")]
    private static partial void LogRetry(ILogger logger, GroupKey group, string sink, long seq, int attempt, TimeSpan wait, string error);

    [LoggerMessage(
        EventIds.EntrySucceededAtLast, LogLevel.Information,
        "Group {Group} of sink {Sink}: the entry at seq {Seq} succeeded at attempt {Attempt}.")]
    private static partial void LogSucceededAtLast(ILogger logger, GroupKey group, string sink, long seq, int attempt);

    [LoggerMessage(EventIds.RunFailed, LogLevel.Error, "Group {Group} of sink {Sink}: run {RunId} failed at seq {Seq}. {Error}")]
    private static partial void LogFailed(ILogger logger, GroupKey group, string sink, Guid runId, long seq, string error);

    [LoggerMessage(
        EventIds.LostOwnerApplied, LogLevel.Warning,
        "Group {Group} of sink {Sink}: the entry of run {RunId} at seq {Seq} was to be skipped or failed, and counts as applied. "
        + "A lost owner had committed it to the sink.")]
    private static partial void LogKeptApplied(ILogger logger, GroupKey group, string sink, Guid runId, long seq);

    [LoggerMessage(
        EventIds.RequestCompliedWith, LogLevel.Information,
        "Group {Group} of sink {Sink}: the operator's request {RequestId} was complied with.")]
    private static partial void LogComplied(ILogger logger, GroupKey group, string sink, long requestId);
}
