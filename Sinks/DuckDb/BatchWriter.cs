using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// Writes the rows of one batch into their table.
internal sealed class BatchWriter(DuckDbSinkOptions options, InputRoots roots, NotReady notReady)
{
    public static void RefuseUnsupported(Batch batch)
    {
        if (batch.SyncType is not (SyncType.Append or SyncType.Incremental or SyncType.FullRefresh))
        {
            throw new PermanentBatchException(
                $"{batch.Path}: the duckdb sink does not take {Spelled(batch.SyncType)} runs; "
                + "send this run to a sink that does, or extract it as incremental.");
        }
    }

    // Returns null, with nothing done, when the table would have to be altered and may not be.
    // DuckDB alters no table whose rows the transaction has changed before.
    public BatchResult? TryWrite(LakeFileSession lake, Batch batch, bool mayAlter, CancellationToken cancellationToken)
    {
        using var file = OpenFile(lake, batch, cancellationToken);
        try
        {
            var table = batch.SyncType == SyncType.FullRefresh ? LakeTable.StageOf(batch.OriginRunId) : LakeTable.OfGroup(batch.Group);
            var upsert = batch.SyncType == SyncType.Incremental ? Upsert.Of(lake.Session, file, batch, cancellationToken) : null;
            if (table.TryMakeRoom(lake, file, mayAlter, cancellationToken) is not { } placements)
            {
                return null;
            }

            var result = upsert is not null
                ? upsert.Apply(lake, table, placements, cancellationToken)
                : new BatchResult { RowsApplied = table.Append(lake.Session, file, placements, cancellationToken), RowsReplaced = 0 };
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

    private static string Spelled(SyncType type) => type == SyncType.Cdc ? "cdc" : $"{type}";

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
