namespace OrleansBatch.Sinks.DeltaLog.Actions;

// What a commit says of itself, as far as replay needs to know it.
internal sealed record CommitInfo(DateTimeOffset? Timestamp, string? Operation, string? TxnId);
