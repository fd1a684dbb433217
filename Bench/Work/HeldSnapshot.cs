using System.Data;
using Npgsql;
using OrleansBatch.Bench.Cluster;

namespace OrleansBatch.Bench.Work;

// An open transaction whose snapshot keeps vacuum from removing rows that die meanwhile.
internal sealed class HeldSnapshot : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private HeldSnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    public static async Task<HeldSnapshot> TakeAsync(BenchDatabase database, CancellationToken ct)
    {
        var connection = await database.Queries.OpenConnectionAsync(ct);
        var snapshot = new HeldSnapshot(connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct));

        // The first statement of a transaction takes its snapshot.
        await using var now = connection.Command("now");
        await now.ExecuteScalarAsync(ct);
        return snapshot;
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
