namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>The common part of all calls to a sink: the tenure that it acts for, and a check that the tenure still stands.</summary>
/// <param name="ensureOwned">
/// Asks the database whether this owner still holds the group; throws <see cref="OwnershipLostException"/>.
/// </param>
public abstract class SinkContext(Func<CancellationToken, Task> ensureOwned)
{
    /// <summary>Gets how often the batch was taken up, this time included; the first attempt is 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>
    /// Gets the owner's epoch. A sink stores the epoch with its data, and refuses writes that carry a lower one than it has seen.
    /// </summary>
    public required long FencingToken { get; init; }

    /// <summary>
    /// Gets the seq of the last batch of the group that this sink really applied, as the cursor has it; 0 before the first.
    /// During a replay, gets the seq of the last batch before the replay's first entry. Later batches that the sink has lost come again.
    /// </summary>
    public required long AppliedSeq { get; init; }

    /// <summary>
    /// Gets the seq up to which a replay goes; 0 when nothing is replayed.
    /// The sink may have these batches already. Each comes again under an origin of the replay's own.
    /// </summary>
    public long ReplayedTo { get; init; }

    /// <summary>Gets the name of the silo that calls.</summary>
    public required string Silo { get; init; }

    /// <summary>
    /// Asks the database whether this owner still holds the group.
    /// A call right before a commit narrows the time in which a former owner could still write.
    /// Only <see cref="FencingToken"/>, checked by the sink itself, closes that gap.
    /// </summary>
    /// <exception cref="OwnershipLostException">The group has another owner by now: commit nothing.</exception>
    public Task EnsureOwnedAsync(CancellationToken cancellationToken) => ensureOwned(cancellationToken);
}
