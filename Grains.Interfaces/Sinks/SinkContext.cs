namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>What every call to a sink carries: which ownership it acts for, and how to check that it still stands.</summary>
/// <param name="ensureOwned">Asks the database whether this owner still holds the group; throws <see cref="OwnershipLostException"/>.</param>
public abstract class SinkContext(Func<CancellationToken, Task> ensureOwned)
{
    /// <summary>Gets how often the batch was taken up, this time included; the first attempt is 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>
    /// Gets the owner's epoch. A sink stores it with its data and refuses writes that carry a lower one than it has seen.
    /// </summary>
    public required long FencingToken { get; init; }

    /// <summary>
    /// Gets the seq of the last batch of the group that this sink really applied, as the cursor has it; 0 before the first. While the group is
    /// replayed, the last one before the replay's first entry: what the sink has lost after it comes again.
    /// </summary>
    public required long AppliedSeq { get; init; }

    /// <summary>
    /// Gets the seq up to which the sink may hold the group's batches already while an operator has them applied again, each under an origin of
    /// the replay's own; 0 when nothing is replayed.
    /// </summary>
    public long ReplayedTo { get; init; }

    /// <summary>Gets the name of the silo that calls.</summary>
    public required string Silo { get; init; }

    /// <summary>
    /// Asks the database whether this owner still holds the group. Called right before a commit it narrows the window in which a former
    /// owner could still write; only <see cref="FencingToken"/>, checked by the sink itself, closes it.
    /// </summary>
    /// <exception cref="OwnershipLostException">The group has another owner by now: commit nothing.</exception>
    public Task EnsureOwnedAsync(CancellationToken cancellationToken) => ensureOwned(cancellationToken);
}
