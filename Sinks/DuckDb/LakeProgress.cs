namespace OrleansBatch.Sinks.DuckDb;

// Who wrote a file last, and how far it is.
internal sealed record LakeProgress(long Epoch, long LastSeq);
