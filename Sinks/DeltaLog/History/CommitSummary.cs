namespace OrleansBatch.Sinks.DeltaLog.History;

/// <summary>What one commit says of itself, and what it changed.</summary>
/// <param name="Version">The version.</param>
/// <param name="Timestamp">When it was committed, as the commit or else the store says.</param>
/// <param name="Operation">What was done, or null when the commit does not say.</param>
/// <param name="Info">The commit's own words as a JSON object, or null.</param>
/// <param name="FilesAdded">How many files the table gained.</param>
/// <param name="FilesRemoved">How many files the table lost.</param>
/// <param name="RowsAdded">How many rows the gained files have, or null when one does not tell.</param>
/// <param name="BytesAdded">The size of the gained files in bytes.</param>
public sealed record CommitSummary(
    long Version,
    DateTimeOffset? Timestamp,
    string? Operation,
    string? Info,
    int FilesAdded,
    int FilesRemoved,
    long? RowsAdded,
    long BytesAdded);
