using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Keys;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Changes;

// Replaces the rows that have a key of the batch's. The files that hold such rows are written anew without them, or the rows are marked
// there, and the batch's rows become a file. Statistics tell files without such rows apart first, and then the key columns themselves.
internal sealed class Upsert(BatchFiles batchFiles, DeltaSinkOptions options)
{
    private static readonly SqlText _source = SqlText.Identifier("own_source");

    public async Task<Change> WriteAsync(
        DuckDbSessions.Lease lease, IObjectStore store, Snapshot? snapshot, Batch batch, DataFiles written,
        CancellationToken cancellationToken)
    {
        var before = snapshot is null ? TableShape.Empty : TableShape.Of(snapshot.Schema, store.Address);
        var present = snapshot?.Files.Values.ToList() ?? [];
        RowNumbers.Require(before, present, store.Address);
        using var file = await batchFiles.OpenAsync(lease, batch, store, before, present, cancellationToken);
        try
        {
            var key = PrimaryKey.Of(lease.Session, file.Rows, batch, cancellationToken);
            var shape = before.With(file.Placements);
            RowNumbers.Require(shape, present, store.Address);
            var source = new UpsertSource(lease.Session, _source, file, key, shape);
            var rows = source.Load(cancellationToken);
            using var matches = new FileMatches();
            if (rows > 0)
            {
                var mayMark = !file.Widens && MarkRule.Allows(snapshot?.Metadata, shape, options.DeletionVectors);
                await new FileProbe(lease.Session, store, source, mayMark).FindAsync(present, before, matches, cancellationToken);
            }

            var removed = file.Widens ? present : [.. matches.ToRewrite];
            await new Rewrite(lease.Session, store, written, options.TargetFileMegabytes).RunAsync(
                removed, shape, source.Without, cancellationToken);
            await written.WriteAsync(source.Rows, shape, cancellationToken);
            var marked = await written.MarkAsync(matches.ToMark, cancellationToken);
            source.Drop();
            file.File.RequireUnchanged(cancellationToken);
            return new Change(Operations.Merge, shape)
            {
                Batches =
                [
                    (batch, new BatchResult { RowsApplied = rows, RowsReplaced = matches.Rows, ValuesRounded = file.Rows.ValuesRounded }),
                ],
                Added = written.Written,
                Removed = removed,
                Marked = marked,
            };
        }
        catch (DuckDB.NET.Data.DuckDBException)
        {
            batchFiles.RequireReadable([file], cancellationToken);
            throw;
        }
    }
}
