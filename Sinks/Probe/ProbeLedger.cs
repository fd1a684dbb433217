using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Probe;

/// <summary>Writes the ledger over a pool of its own, so that attempts are on record even when the owner's session is gone.</summary>
internal sealed class ProbeLedger(NpgsqlDataSource source) : IAsyncDisposable
{
    private const int RowsAtOnce = 10_000;

    private static readonly EmbeddedSql _files = EmbeddedSql.Of<ProbeLedger>();
    private static readonly Statement _start = _files.Load("start_probe");
    private static readonly Statement _finish = _files.Load("finish_probe");
    private static readonly Statement _forget = _files.Load("forget_probe");

    /// <summary>Records a start, and returns the row's id and the number of earlier starts of this batch.</summary>
    public async Task<(long Id, int Earlier)> StartAsync(BatchContext context, CancellationToken cancellationToken)
    {
        var batch = context.Batch;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await _start.On(
                connection, batch.Group.TeamId, batch.Group.SchemaId, batch.Seq, batch.RunId, batch.BatchIndex, context.Attempt,
                context.FencingToken, context.Silo, Environment.ProcessId)
            .FirstAsync(r => (r.GetInt64(0), r.GetInt32(1)), cancellationToken);
    }

    /// <summary>Records an end. Recording is not cancellable, so that a cancelled attempt is on record, too.</summary>
    public async Task FinishAsync(long id, string outcome)
    {
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        await using var command = _finish.On(connection, id, outcome);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Deletes the group's rows, a bounded number at a time.</summary>
    public async Task ForgetAsync(GroupKey group, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        while (await _forget.On(connection, group.TeamId, group.SchemaId, RowsAtOnce).FirstAsync(r => r.GetInt64(0), cancellationToken) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
