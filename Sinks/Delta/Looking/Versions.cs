using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.DeltaLog.History;
using OrleansBatch.Sinks.DeltaLog.Schema;

namespace OrleansBatch.Sinks.Delta.Looking;

// Commits and types of a table in words for people.
internal static class Versions
{
    public static DeltaTableVersion Of(CommitSummary commit)
    {
        var mark = BatchMark.Read(commit.Info);
        return new DeltaTableVersion
        {
            Version = commit.Version,
            CommittedAt = commit.Timestamp,
            Operation = commit.Operation,
            RunId = mark?.Run,
            FirstIndex = mark?.FirstIndex,
            LastIndex = mark?.LastIndex,
            LastSeq = mark?.LastSeq,
            Batches = mark?.Batches ?? 0,
            Rows = mark is { Batches: > 0 } ? mark.Rows : commit.RowsAdded,
            FilesAdded = commit.FilesAdded,
            FilesRemoved = commit.FilesRemoved,
            BytesAdded = commit.BytesAdded,
        };
    }

    public static string TypeOf(DeltaType type) => type.ToJson().Trim('"');
}
