using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Files;

// The files that make up one checkpoint.
internal sealed record CheckpointFiles(long Version, IReadOnlyList<StoredObject> Parts);
