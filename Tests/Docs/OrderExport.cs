using Npgsql;
using OrleansBatch.Producer;
using OrleansBatch.Producer.Runs;

namespace OrleansBatch.Tests.Docs;

public sealed class OrderExport(NpgsqlDataSource source)
{
    // In your own transaction: the batch and what you record of it become visible together, or neither does.
    public async Task ExportDayAsync(DateOnly day, string path, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var record = new NpgsqlCommand("INSERT INTO exported_day (day) VALUES ($1)", connection);
        record.Parameters.AddWithValue(day);
        await record.ExecuteNonQueryAsync(cancellationToken);
        await transaction.EnqueueAsync(
            new EnqueueRequest
            {
                TeamId = 7, SchemaId = "orders", RunId = Guid.CreateVersion7(), BatchIndex = 0, Path = path, IsFinal = true,
            },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // On its own: batch by batch, tried again when the database is away for a moment. The last batch ends the run.
    public async Task ExportAllAsync(Guid runId, IAsyncEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var run = new RunDescription { TeamId = 7, SchemaId = "orders", RunId = runId, SyncType = SyncType.FullRefresh };
        await using var writer = new BatchProducer(source).WriteRun(run);
        await foreach (var path in paths.WithCancellation(cancellationToken))
        {
            await writer.WriteAsync(path, cancellationToken: cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }
}
