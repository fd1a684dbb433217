using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Placing;

namespace OrleansBatch.Sinks.Delta.Changes;

// A batch whose file is open, judged, and has its places in the table.
internal sealed record BatchFile(Batch Batch, InputFile File, StorableRows Rows, IReadOnlyList<Placement> Placements) : IDisposable
{
    // True when a column that the table has must become another type.
    public bool Widens => Placements.Any(p => p.Present is not null && p.Alters);

    public SqlText Selected => SqlText.Join(", ", Placements.Select(p => p.Selected));

    public void Dispose() => File.Dispose();
}
