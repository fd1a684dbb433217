using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Vectors;

namespace OrleansBatch.Sinks.Delta.Changes;

// Where the rows to replace are: in files that are written anew, and in files with so few of them that they are marked.
internal sealed class FileMatches : IDisposable
{
    private readonly List<AddFile> _toRewrite = [];
    private readonly List<(AddFile File, MarkedRows Rows)> _toMark = [];

    public IReadOnlyList<AddFile> ToRewrite => _toRewrite;

    // With the rows that were marked before.
    public IReadOnlyList<(AddFile File, MarkedRows Rows)> ToMark => _toMark;

    // How many rows are replaced.
    public long Rows { get; private set; }

    public void Rewrite(AddFile file, long rows)
    {
        _toRewrite.Add(file);
        Rows += rows;
    }

    public void Mark(AddFile file, MarkedRows all, long rows)
    {
        _toMark.Add((file, all));
        Rows += rows;
    }

    public void Dispose() => _toMark.ForEach(m => m.Rows.Dispose());
}
