namespace OrleansBatch.Sinks.Delta;

/// <summary>What a reader of a table must read of its log, beside the newest checkpoint.</summary>
/// <param name="CheckpointVersion">The version of the checkpoint, or null when there is none.</param>
/// <param name="Commits">The number of commits after it.</param>
/// <param name="Bytes">The size of these commits in bytes.</param>
public sealed record DeltaTableLogTail(long? CheckpointVersion, long Commits, long Bytes);
