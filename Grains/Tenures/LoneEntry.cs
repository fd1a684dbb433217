using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Has an entry that is one loss from its limit run alone on its silo, or parks the group until it can: if the batch is what kills the
/// process, nothing dies with it.
/// </summary>
internal sealed partial class LoneEntry(
    TenureTarget target, OwnershipWatch watch, SinkWaits waits, ITenureHost host, TroubleLog troubles, ILogger logger)
{
    private static readonly TimeSpan _margin = TimeSpan.FromMinutes(5);

    /// <summary>Waits until no other tenure runs on this silo.</summary>
    /// <returns>What lets others in again when it is disposed of; null when the tenure must leave.</returns>
    /// <exception cref="OwnershipLostException">The ownership was lost meanwhile.</exception>
    public async Task<IDisposable?> TryEnterAsync(LogEntry entry, int losses)
    {
        troubles.Repeated(
            $"The entry at seq {entry.Seq} of group {target.Group} in sink {target.Sink}", _margin, $"It has lost {losses} owners.",
            () => LogWantsToBeAlone(logger, target.Group, target.Sink, entry.Seq, losses));
        var (alone, askAgain) = await TryEnterAsync();
        if (alone is null && !host.Draining.IsCancellationRequested && !watch.IsCancelled)
        {
            await waits.ParkUntilAloneAsync(
                entry, askAgain,
                $"The owner was lost {losses} times while it worked on this batch: it waits until it can run alone on a silo.");
        }

        return alone;
    }

    private async Task<(IDisposable? Alone, TimeSpan AskAgain)> TryEnterAsync()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(watch.Cancelled, host.Draining);
        var answer = (Alone: (IDisposable?)null, AskAgain: TimeSpan.Zero);
        var error = await watch.RunAsync(async () => answer = await host.TryRunAloneAsync(target.Key, end.Token));
        if ((watch.Lost ?? error) is { } lost)
        {
            answer.Alone?.Dispose();
            throw new OwnershipLostException(lost.Message, lost);
        }

        return answer;
    }

    [LoggerMessage(
        EventIds.EntryWantsToBeAlone, LogLevel.Warning,
        "Group {Group} of sink {Sink}: the owner was lost {Losses} times in the entry at seq {Seq}; "
        + "this silo starts no group until it has run alone.")]
    private static partial void LogWantsToBeAlone(ILogger logger, GroupKey group, string sink, long seq, int losses);
}
