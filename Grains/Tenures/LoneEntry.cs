using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Retrying;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Has an entry that is one loss from its limit run alone on its silo, or parks the group until it can: if the batch is what kills the
/// process, nothing dies with it.
/// </summary>
internal sealed partial class LoneEntry(
    TenureTarget target, GroupSession session, OwnershipWatch watch, SinkWaits waits, ITenureHost host, TroubleLog troubles,
    ILogger logger)
{
    private static readonly Statement _tryRunAlone = QueueStatements.Load("try_run_alone");
    private static readonly Statement _endRunningAlone = QueueStatements.Load("end_running_alone");
    private static readonly TimeSpan _margin = TimeSpan.FromMinutes(5);

    /// <summary>Waits until no other tenure runs on this silo.</summary>
    /// <returns>What lets others in again when it is disposed of; null when the tenure must leave.</returns>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<IAsyncDisposable?> TryEnterAsync(LogEntry entry, int losses)
    {
        var (alone, askAgain) = await TryEnterAsync(() => TakeTurnAsync(entry, losses));
        if (alone is null && !host.Draining.IsCancellationRequested && !watch.IsCancelled)
        {
            await waits.ParkUntilAloneAsync(
                entry, askAgain,
                $"The owner was lost {losses} times while it worked on this batch: it waits until it can run alone on a silo.");
        }

        return alone;
    }

    private async Task<(IAsyncDisposable? Alone, TimeSpan AskAgain)> TryEnterAsync(Func<Task<IAsyncDisposable?>> takeTurn)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(watch.Cancelled, host.Draining);
        var answer = (Alone: (IAsyncDisposable?)null, AskAgain: TimeSpan.Zero);
        var error = await watch.RunAsync(async () => answer = await host.TryRunAloneAsync(target.Key, takeTurn, end.Token));
        if ((watch.Lost ?? error) is not { } lost)
        {
            return answer;
        }

        if (answer.Alone is { } alone)
        {
            await alone.DisposeAsync();
        }

        throw new OwnershipLostException(lost.Message, lost);
    }

    private async Task<IAsyncDisposable?> TakeTurnAsync(LogEntry entry, int losses)
    {
        if (!await session.FirstAsync(_tryRunAlone, r => r.GetBoolean(0), CancellationToken.None))
        {
            return null;
        }

        troubles.Repeated(
            $"The entry at seq {entry.Seq} of group {target.Group} in sink {target.Sink}", _margin, $"It has lost {losses} owners.",
            () => LogWantsToBeAlone(logger, target.Group, target.Sink, entry.Seq, losses));
        return new Turn(session);
    }

    [LoggerMessage(
        EventIds.EntryWantsToBeAlone, LogLevel.Warning,
        "Group {Group} of sink {Sink}: the owner was lost {Losses} times in the entry at seq {Seq}; "
        + "this silo starts no group until it has run alone.")]
    private static partial void LogWantsToBeAlone(ILogger logger, GroupKey group, string sink, long seq, int losses);

    // A session that fails to give the turn back is broken and will be closed, and the turn ends with it.
    private sealed class Turn(GroupSession session) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() =>
            await Errors.CatchAsync(() => session.FirstAsync(_endRunningAlone, r => r.GetBoolean(0), CancellationToken.None));
    }
}
