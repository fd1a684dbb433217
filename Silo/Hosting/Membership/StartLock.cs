using Npgsql;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Hosting.Membership;

/// <summary>
/// Holds the right to start at an address until the silo is in the membership table. Two silos that look at the table at the same moment
/// would otherwise both find the address free.
/// </summary>
internal sealed class StartLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private StartLock(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Takes the lock; null when another silo starts at that address.</summary>
    public static async Task<StartLock?> TryTakeAsync(string connectionString, string address, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "orleans-batch-start",
            Pooling = false,
        }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            if (await connection.ScalarAsync<bool>("take_start_lock", cancellationToken, address))
            {
                return new StartLock(connection);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
