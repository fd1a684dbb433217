using OrleansBatch.Sinks.DeltaLog.Files;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Checkpoints;

// Writes a snapshot as a classic checkpoint: the actions go to a file of lines, and DuckDB makes Parquet of it.
internal sealed class CheckpointWriter(IObjectStore store, string scratchDirectory, SessionPool sessions)
{
    private const string Vector =
        """
        deletionVector STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, "offset" INTEGER, sizeInBytes INTEGER, cardinality BIGINT)
        """;

    // https://github.com/delta-io/delta/blob/master/PROTOCOL.md#checkpoint-schema
    internal static readonly SqlText Columns = SqlText.Trusted(
        $$"""
        {txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
         add: 'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN,
               tags MAP(VARCHAR, VARCHAR), stats VARCHAR, {{Vector}})',
         remove: 'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN,
               partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, {{Vector}})',
         metaData: 'STRUCT(id VARCHAR, name VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)),
               schemaString VARCHAR, partitionColumns VARCHAR[], configuration MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
         protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])'}
        """);

    // Readers see the checkpoint whole or not at all, so that DuckDB writes it elsewhere first.
    public async Task WriteAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        using var scratch = new ScratchDirectory(scratchDirectory);
        using var actions = ActionsFile.Write(scratch.PathOf("actions.json"), snapshot);
        var parquet = scratch.PathOf("checkpoint.parquet");
        sessions.Use(session => session.Execute(
            SqlText.Of(
                $"""
                COPY (SELECT * FROM read_json({SqlText.Literal(actions.Path)}, format = 'newline_delimited',
                    maximum_object_size = {SqlText.Number(actions.LongestLine)}, columns = {Columns}))
                TO {SqlText.Literal(parquet)} (FORMAT parquet, COMPRESSION snappy)
                """),
            cancellationToken));
        var bytes = await File.ReadAllBytesAsync(parquet, cancellationToken);
        await store.PutAsync(LogNames.Checkpoint(snapshot.Version), bytes, cancellationToken);
        await LastCheckpoint.WriteAsync(store, snapshot.Version, actions.Lines, bytes.Length, snapshot.Files.Count, cancellationToken);
    }
}
