namespace OrleansBatch.Sinks.DuckDb;

// The origin of the run whose batches came last, and the highest batch of it that the file has.
// Highest is -1 when the file has none, and null before the file was asked.
internal sealed record AppliedRun(Guid RunId, int? Highest);
