using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Sinks.Delta.Changes;

// What one commit does to a table: data files that are written already, files that go, rows that are marked, and the columns from then on.
internal sealed record Change(string Operation, TableShape Shape)
{
    public IReadOnlyList<(Batch Batch, BatchResult Result)> Batches { get; init; } = [];

    public IReadOnlyList<AddFile> Added { get; init; } = [];

    public IReadOnlyList<AddFile> Removed { get; init; } = [];

    // True when rows that were removed are there again.
    public bool RowsComeBack { get; init; }

    // False when the same rows are only stored otherwise.
    public bool ChangesRows { get; init; } = true;

    public IReadOnlyList<MarkedFile> Marked { get; init; } = [];
}
