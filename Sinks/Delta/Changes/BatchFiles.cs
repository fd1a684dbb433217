using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Placing;
using OrleansBatch.Sinks.Input.Types;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Changes;

// Opens and judges the files of batches, and finds the places of their columns in the table.
internal sealed class BatchFiles(DeltaSinkOptions options, InputRoots roots, NotReady notReady)
{
    // The files of the table are needed only where types leave it to the values whether a column becomes another type. A table may have
    // very many, so that nobody looks at them otherwise.
    public async Task<BatchFile> OpenAsync(
        DuckDbSessions.Lease lease, Batch batch, IObjectStore store, TableShape shape, IEnumerable<AddFile> files,
        CancellationToken cancellationToken)
    {
        var file = Open(lease, batch, cancellationToken);
        try
        {
            var rows = StorableRows.Of(lease.Session, file, batch, cancellationToken);
            var asksValues = rows.Columns.Any(c => shape.Present.TryGetValue(c.Key, out var mine) && !Lattice.Holds(mine.Type, c.Type));
            IReadOnlyList<AddFile> asked = asksValues ? [.. files] : [];
            using var fetched = await FetchedFiles.OfAsync(lease.Session, store, asked, cancellationToken);
            var target = new TargetRows(
                fetched.Rows(asked, shape), "write the file with the table's type, or replace the table by a full refresh");
            var placements = new Placer(lease.Session, target, shape.Present, rows, cancellationToken).Place();
            return new BatchFile(batch, file, rows, placements);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Called after an error of DuckDB, to learn whether a file is to blame.
    public void RequireReadable(IEnumerable<BatchFile> files, CancellationToken cancellationToken)
    {
        using var another = new DuckDbSession(options.MemoryLimitMegabytes, options.Threads);
        foreach (var file in files)
        {
            file.File.RequireReadable(another, cancellationToken);
        }
    }

    private InputFile Open(DuckDbSessions.Lease lease, Batch batch, CancellationToken cancellationToken)
    {
        try
        {
            return InputFile.Open(lease.Session, lease.Description, batch, roots, options, cancellationToken);
        }
        catch (UnauthorizedAccessException error)
        {
            throw notReady.Forbidden(batch.Path, error);
        }
    }
}
