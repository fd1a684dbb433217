using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Shuts former owners out of the sink before a batch is passed unapplied. One that is frozen right before its commit would otherwise
/// thaw and apply a batch that is on record as skipped or failed.
/// </summary>
internal sealed class FormerOwners(TenureTarget target, WatchedSink sink, OwnershipWatch watch, SinkWaits waits)
{
    private static readonly TimeSpan _askAgain = TimeSpan.FromSeconds(10);

    /// <summary>Answers whether the entry may be passed. Otherwise the group waits with it until the sink can be reached.</summary>
    public async Task<bool> TryShutOutAsync(LogEntry entry, SinkPosition held)
    {
        if (await sink.FenceAsync(entry, held) is not { } error)
        {
            return true;
        }

        if (!watch.IsCancelled)
        {
            await waits.ParkAsync(entry, error as SinkNotReadyException ?? NotNow(entry, error));
        }

        return false;
    }

    private SinkNotReadyException NotNow(LogEntry entry, Exception error) => new(
        $"Seq {entry.Seq} can't be skipped or failed in sink {target.Sink} yet: the sink could not be closed to former owners. "
        + $"{error.Message}",
        _askAgain,
        error);
}
