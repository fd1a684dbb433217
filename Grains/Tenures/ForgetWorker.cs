using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Carries an operator's forget out: the sink removes what it holds of the group while this tenure has the group's lock. No other owner is
/// at work then, and none begins an entry afterwards, because the group counts as paused until it is gone.
/// </summary>
internal sealed partial class ForgetWorker(
    TenureTarget target, GroupCursor cursor, WatchedSink sink, OwnershipWatch watch, SinkWaits waits, ILogger logger)
{
    /// <summary>Has the sink remove what it holds. After an error the request stays open, and this silo or another tries again.</summary>
    public async Task ComplyAsync(DueRequest request, CursorPosition position)
    {
        var error = await sink.ForgetAsync(position.Held, request.Tries + 1);
        if (error is null)
        {
            await cursor.CompleteForgetAsync(request, sink.Forgets);
            LogForgotten(
                logger, target.Group, target.Sink, sink.Forgets ? "removed what it held" : "can't remove what it holds, and keeps it");
        }
        else if (!watch.IsCancelled)
        {
            var reason = EntryError.Of(error);
            await cursor.PostponeForgetAsync(request, reason);
            waits.LeaveForNow(position.NextSeq);
            if (request.Tries == 0)
            {
                LogNotForgotten(logger, target.Group, target.Sink, reason.InFull);
            }
        }
    }

    [LoggerMessage(EventIds.SinkForgot, LogLevel.Information, "Group {Group} is being forgotten: sink {Sink} {Outcome}.")]
    private static partial void LogForgotten(ILogger logger, GroupKey group, string sink, string outcome);

    [LoggerMessage(
        EventIds.SinkDidNotForget, LogLevel.Warning,
        "Group {Group} is being forgotten: sink {Sink} could not remove what it holds, and tries again. {Error}")]
    private static partial void LogNotForgotten(ILogger logger, GroupKey group, string sink, string error);
}
