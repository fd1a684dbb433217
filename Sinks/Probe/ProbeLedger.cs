using System.Diagnostics.CodeAnalysis;
using Npgsql;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Probe;

/// <summary>Writes the ledger over a pool of its own, so that attempts are on record even when the owner's session is gone.</summary>
internal sealed class ProbeLedger(NpgsqlDataSource source) : IAsyncDisposable
{
    private static readonly string StartSql = EmbeddedSql.Read("Probe/start_probe");
    private static readonly string FinishSql = EmbeddedSql.Read("Probe/finish_probe");

    /// <summary>Records a start, and returns the row's id and the number of earlier starts of this batch.</summary>
    public async Task<(long Id, int Earlier)> StartAsync(BatchContext context, CancellationToken cancellationToken)
    {
        var batch = context.Batch;
        await using var command = Command(StartSql);
        object[] values =
        [
            batch.Group.TeamId, batch.Group.SchemaId, batch.Seq, batch.RunId, batch.BatchIndex, context.Attempt, context.FencingToken,
            context.Silo, Environment.ProcessId,
        ];
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt32(1));
    }

    /// <summary>Records an end. Recording is not cancellable, so that a cancelled attempt is on record, too.</summary>
    public async Task FinishAsync(long id, string outcome)
    {
        await using var command = Command(FinishSql);
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        command.Parameters.Add(new NpgsqlParameter { Value = outcome });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    [SuppressMessage("Security", "CA2100", Justification = "The text is an embedded file; values go as parameters.")]
    private NpgsqlCommand Command(string sql) => source.CreateCommand(sql);
}
