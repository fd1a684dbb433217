namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>How a slice of upkeep ended.</summary>
/// <param name="IsDone">False when another slice is to follow.</param>
/// <param name="Done">What the slice did, for people; null when there was nothing to do.</param>
public sealed record UpkeepResult(bool IsDone, string? Done = null);
