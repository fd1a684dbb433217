using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.DuckDb;

// Writes the rows of one batch into the table they belong to.
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

    public long Write(LakeFileSession lake, Batch batch, CancellationToken cancellationToken)
    {
        var file = OpenFile(lake.Session, batch, cancellationToken);
        try
        {
            return Write(lake, file, batch, cancellationToken);
        }
        catch (DuckDBException)
        {
            using var another = new DuckDbSession(options.MemoryLimitMegabytes, options.Threads);
            file.RequireReadable(another, cancellationToken);
            throw;
        }
    }

    private static long Write(LakeFileSession lake, InputFile file, Batch batch, CancellationToken cancellationToken)
    {
        var table = batch.SyncType == SyncType.FullRefresh ? LakeTable.StageOf(batch.OriginRunId) : LakeTable.OfGroup(batch.Group);
        table.MakeRoom(lake.Session, lake.Shapes, file, cancellationToken);
        return batch.SyncType == SyncType.Incremental
            ? Upsert.Apply(lake.Session, table, file, batch, cancellationToken)
            : table.Append(lake.Session, file, cancellationToken);
    }

    private static string Spelled(SyncType type) => type == SyncType.Cdc ? "cdc" : $"{type}";

    private InputFile OpenFile(DuckDbSession session, Batch batch, CancellationToken cancellationToken)
    {
        try
        {
            return InputFile.Open(session, batch, roots, cancellationToken);
        }
        catch (UnauthorizedAccessException error)
        {
            throw notReady.Forbidden(batch.Path, error);
        }
    }
}
