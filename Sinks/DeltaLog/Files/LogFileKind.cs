namespace OrleansBatch.Sinks.DeltaLog.Files;

internal enum LogFileKind
{
    // A checksum, a compaction, or what else a writer puts beside a version.
    Other,
    Commit,
    Checkpoint,
    CheckpointPart,

    // A checkpoint of the second kind: other files may hold its adds and removes.
    NamedCheckpoint,
}
