namespace OrleansBatch.Sinks.Delta.Marks;

// The batches of a commit, as they stand in its commitInfo, for people.
internal sealed record CommitMark(Guid Run, int Batches, long? FirstIndex, long? LastIndex, long? LastSeq, long? Rows);
