namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// A sink that is asked before a batch is passed unapplied. The sink shuts former owners out by their tokens, and says whether one of them
/// has applied the batch. A former owner may be frozen right before its commit, or may have been lost right behind it.
/// Where one process alone can write, the sink only says what is there.
/// </summary>
public interface IFencedSink : IBatchSink
{
    /// <summary>
    /// Makes the token stand in the destination. Once the call returns, no call with a lower token can commit there any more.
    /// The owner calls before it skips or fails a batch, and before it works on one whose claim it found unfinished.
    /// A batch that the destination has is then counted as applied.
    /// A call whose token stands already must change nothing.
    /// </summary>
    /// <param name="context">The batch at the cursor, the fencing token, and the check to make right before a commit.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group or the silo stops. No commit may follow.</param>
    /// <returns>What the destination has of the batch.</returns>
    /// <exception cref="SinkNotReadyException">The destination can't be written now. The group waits, and the call comes again.</exception>
    /// <exception cref="OwnershipLostException">The group has another owner by now; nothing was committed.</exception>
    Task<FenceResult> FenceAsync(FenceContext context, CancellationToken cancellationToken);
}
