using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Changes;

// Adds the rows of a window of batches as one data file. The first batch may widen columns, which writes the table's rows anew.
internal sealed class Append(BatchFiles batchFiles, DeltaSinkOptions options, TimeProvider time)
{
    public async Task<Change> WriteAsync(
        DuckDbSessions.Lease lease, IObjectStore store, Snapshot? snapshot, IReadOnlyList<Batch> batches, TimeSpan enough,
        DataFiles written, CancellationToken cancellationToken)
    {
        var before = snapshot is null ? TableShape.Empty : TableShape.Of(snapshot.Schema, store.Address);
        var present = snapshot?.Files.Values ?? [];
        RowNumbers.Require(before, present, store.Address);
        var window = new List<BatchFile>();
        try
        {
            var shape = await OpenAsync(window, before);
            RowNumbers.Require(shape, present, store.Address);
            IReadOnlyList<AddFile> removed = window[0].Widens ? [.. present] : [];
            await new Rewrite(lease.Session, store, written, options.TargetFileMegabytes).RunAsync(
                removed, shape, rows => SqlText.Of($"SELECT * FROM {rows}"), cancellationToken);
            await written.WriteAsync(Union(window), shape, cancellationToken);
            window.ForEach(f => f.File.RequireUnchanged(cancellationToken));
            return new Change(Operations.Write, shape)
            {
                Batches = [.. window.Select(f => (f.Batch, ResultOf(f)))],
                Added = written.Written,
                Removed = removed,
            };
        }
        catch (DuckDB.NET.Data.DuckDBException)
        {
            batchFiles.RequireReadable(window, cancellationToken);
            throw;
        }
        finally
        {
            window.ForEach(f => f.Dispose());
        }

        async Task<TableShape> OpenAsync(List<BatchFile> window, TableShape shape)
        {
            var begun = time.GetTimestamp();
            while (window.Count < batches.Count && (window.Count == 0 || time.GetElapsedTime(begun) < enough))
            {
                var file = await batchFiles.OpenAsync(lease, batches[window.Count], store, shape, present, cancellationToken);
                if (file.Widens && window.Count > 0)
                {
                    file.Dispose();
                    break;
                }

                window.Add(file);
                shape = shape.With(file.Placements);
            }

            return shape;
        }
    }

    // The rows keep their order: the files' within the window, and within each file its own.
    private static SqlText Union(List<BatchFile> window) => SqlText.Join(
        " UNION ALL BY NAME ", window.Select(f => SqlText.Of($"(SELECT {f.Selected} FROM {f.Rows.Rows})")));

    private static BatchResult ResultOf(BatchFile file) =>
        new() { RowsApplied = file.File.RowCount, RowsReplaced = 0, ValuesRounded = file.Rows.ValuesRounded };
}
