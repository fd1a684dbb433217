using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Sinks.Delta.Changes;

// The data files that hold rows to replace, and how many rows these are.
internal sealed record FileMatches(IReadOnlyList<AddFile> Files, long Rows)
{
    public static FileMatches None { get; } = new([], 0);
}
