namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>A call to end one run.</summary>
/// <param name="ensureOwned">Asks the database whether this owner still holds the group.</param>
public sealed class RunEndContext(Func<CancellationToken, Task> ensureOwned) : SinkContext(ensureOwned)
{
    /// <summary>Gets the group that the run belongs to.</summary>
    public required GroupKey Group { get; init; }

    /// <summary>Gets the seq of the entry that ends the run: its final batch, the batch that failed it, or a marker.</summary>
    public required long Seq { get; init; }

    /// <summary>Gets the run that ends.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Gets the run under which the batches were first enqueued; the run itself unless it repeats another.</summary>
    public required Guid OriginRunId { get; init; }

    /// <summary>Gets what the run does to the rows already in the sink.</summary>
    public required SyncType SyncType { get; init; }

    /// <summary>Gets how the run ended.</summary>
    public required RunEnd End { get; init; }
}
