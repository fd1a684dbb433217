using Npgsql;

namespace OrleansBatch.Embedded;

internal static class ClusterConnection
{
    public const string Database = "orleans_batch";

    public static string ConnectionString(int port, string password, string database = Database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = ClusterCreator.SuperUser,
            Password = password,
            Database = database,
            // Another program may listen at a port that was ours. SCRAM tells it nothing, unless it knows the password itself.
            RequireAuth = "ScramSHA256",
            // Asking for encryption that a loopback cluster does not offer costs a round trip at each connect.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;

    public static async Task<NpgsqlConnection> OpenMaintenanceAsync(int port, string password, CancellationToken cancellationToken)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString(port, password, "postgres"))
        {
            Pooling = false,
            Timeout = 10,
            CommandTimeout = 30,
        };
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public static async Task EnsureDatabaseAsync(int port, string password, CancellationToken cancellationToken)
    {
        await using var connection = await OpenMaintenanceAsync(port, password, cancellationToken);
        await using var exists = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", connection);
        exists.Parameters.Add(new NpgsqlParameter { Value = Database });
        if (await exists.ExecuteScalarAsync(cancellationToken) is true)
        {
            return;
        }

        await using var create = new NpgsqlCommand("CREATE DATABASE orleans_batch", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }
}
