namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>A call to apply one batch.</summary>
/// <param name="ensureOwned">Asks the database whether this owner still holds the group.</param>
public sealed class BatchContext(Func<CancellationToken, Task> ensureOwned) : SinkContext(ensureOwned)
{
    /// <summary>Gets the batch to apply.</summary>
    public required Batch Batch { get; init; }
}
