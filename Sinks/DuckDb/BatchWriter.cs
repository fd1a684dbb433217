using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Changes;

namespace OrleansBatch.Sinks.DuckDb;

// Writes the rows of one batch into their table.
internal sealed class BatchWriter(DuckDbSinkOptions options, InputRoots roots, NotReady notReady)
{
    // Returns null, with nothing done, when the table would have to be altered and may not be.
    // DuckDB alters no table whose rows the transaction has changed before.
    public BatchResult? TryWrite(LakeFileSession lake, Batch batch, bool mayAlter, CancellationToken cancellationToken)
    {
        using var file = OpenFile(lake, batch, cancellationToken);
        try
        {
            var result = batch.SyncType == SyncType.Cdc
                ? TryWriteChanges(lake, file, batch, mayAlter, cancellationToken)
                : TryWriteRows(lake, file, batch, mayAlter, cancellationToken);
            if (result is null)
            {
                return null;
            }

            file.RequireUnchanged(cancellationToken);
            return result with { ValuesRounded = file.ValuesRounded };
        }
        catch (DuckDBException)
        {
            using var another = new DuckDbSession(options.MemoryLimitMegabytes, options.Threads);
            file.RequireReadable(another, cancellationToken);
            throw;
        }
    }

    private static BatchResult? TryWriteChanges(
        LakeFileSession lake, InputFile file, Batch batch, bool mayAlter, CancellationToken cancellationToken)
    {
        var changes = ChangeFile.Of(lake.Session, file, batch, cancellationToken);
        return new ChangeWriter(lake, changes, batch.Group, file.RowCount, cancellationToken).TryApply(mayAlter);
    }

    private static BatchResult? TryWriteRows(
        LakeFileSession lake, InputFile file, Batch batch, bool mayAlter, CancellationToken cancellationToken)
    {
        var table = batch.SyncType == SyncType.FullRefresh ? LakeTable.StageOf(batch.OriginRunId) : LakeTable.OfGroup(batch.Group);
        var upsert = batch.SyncType == SyncType.Incremental ? Upsert.Of(lake.Session, file, batch, cancellationToken) : null;
        if (table.TryMakeRoom(lake, file, mayAlter, cancellationToken) is not { } placements)
        {
            return null;
        }

        return upsert is not null
            ? upsert.Apply(lake, table, placements, cancellationToken)
            : new BatchResult { RowsApplied = table.Append(lake.Session, file, placements, cancellationToken), RowsReplaced = 0 };
    }

    private InputFile OpenFile(LakeFileSession lake, Batch batch, CancellationToken cancellationToken)
    {
        try
        {
            return InputFile.Open(lake.Session, lake.Description, batch, roots, options, cancellationToken);
        }
        catch (UnauthorizedAccessException error)
        {
            throw notReady.Forbidden(batch.Path, error);
        }
    }
}
