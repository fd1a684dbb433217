namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// A sink that several silos can write to at the same time, and which tells former owners by their tokens.
/// A former owner may be frozen right before its commit, and thaw after its batch was skipped or failed.
/// A sink that only one process can have open needs no fence.
/// </summary>
public interface IFencedSink : IBatchSink
{
    /// <summary>
    /// Makes the token stand in the destination. Once the call returns, no call with a lower token can commit there any more.
    /// The owner calls before it skips or fails a batch, and before it works on one whose claim it found unfinished.
    /// One call a tenure does. A call whose token stands already must change nothing.
    /// </summary>
    /// <param name="context">The batch at the cursor, the fencing token, and the check to make right before a commit.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group or the silo stops. No commit may follow.</param>
    /// <exception cref="SinkNotReadyException">The destination can't be written now. The group waits, and the call comes again.</exception>
    /// <exception cref="OwnershipLostException">The group has another owner by now; nothing was committed.</exception>
    Task FenceAsync(FenceContext context, CancellationToken cancellationToken);
}
