namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>A call to make the owner's token stand in the destination.</summary>
/// <param name="ensureOwned">Asks the database whether this owner still holds the group.</param>
public sealed class FenceContext(Func<CancellationToken, Task> ensureOwned) : SinkContext(ensureOwned)
{
    /// <summary>Gets the group to fence.</summary>
    public required GroupKey Group { get; init; }

    /// <summary>Gets the seq of the batch at the cursor, which a former owner may be working on.</summary>
    public required long Seq { get; init; }

    /// <summary>Gets the run under which the batch was first enqueued.</summary>
    public required Guid OriginRunId { get; init; }

    /// <summary>Gets the batch's index in that run; null for an entry that has no batch, such as the end of a run.</summary>
    public required int? OriginIndex { get; init; }

    /// <summary>Gets what the batch's run does to the rows already in the sink.</summary>
    public required SyncType SyncType { get; init; }
}
