namespace OrleansBatch.Sinks.DuckDb;

// The run that batches of came last, by its origin, and the highest batch of it that the file has: -1 for none, null before it was asked for.
internal sealed record AppliedRun(Guid RunId, int? Highest);
