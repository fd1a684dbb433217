namespace OrleansBatch.Sinks.DuckDb;

// The last writer of a file, and the file's position.
internal sealed record LakeProgress(long Epoch, long LastSeq);
