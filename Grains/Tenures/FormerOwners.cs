using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Shuts former owners out of the sink before a batch is passed unapplied, and finds what they applied unsaid. One that is frozen right
/// before its commit would otherwise thaw and apply a batch that is on record as skipped or failed.
/// </summary>
internal sealed class FormerOwners(TenureTarget target, WatchedSink sink, OwnershipWatch watch, SinkWaits waits)
{
    private static readonly TimeSpan _askAgain = TimeSpan.FromSeconds(10);

    /// <summary>Answers what the sink has of the entry. Null: the group waits with the entry until the sink can be reached.</summary>
    public async Task<FenceResult?> TryShutOutAsync(LogEntry entry, SinkPosition held)
    {
        var (error, found) = await sink.FenceAsync(entry, held);
        if (error is null)
        {
            return found;
        }

        if (!watch.IsCancelled)
        {
            await waits.ParkAsync(entry, error as SinkNotReadyException ?? NotNow(entry, error));
        }

        return null;
    }

    private SinkNotReadyException NotNow(LogEntry entry, Exception error) => new(
        $"Seq {entry.Seq} can't be skipped or failed in sink {target.Sink} yet: the sink could not be closed to former owners. "
        + $"{error.Message}",
        _askAgain,
        error);
}
