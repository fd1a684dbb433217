namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// What the destination has of the batch at the cursor. A former owner may have committed the batch, and been lost before it could say so.
/// </summary>
public sealed record FenceResult
{
    /// <summary>Gets the result of a destination that has nothing of the batch.</summary>
    public static FenceResult Nothing { get; } = new();

    /// <summary>Gets the batch's result when the destination has the batch; null when it does not, and for an entry without one.</summary>
    public BatchResult? Applied { get; init; }

    /// <summary>
    /// Gets a value indicating whether nothing is left to do for the run's end that comes with the entry. Default: false.
    /// For a full refresh: its rows are in place.
    /// </summary>
    public bool HasEnded { get; init; }
}
