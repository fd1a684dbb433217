using System.Security.Cryptography;
using Npgsql;
using OrleansBatch.Embedded;

namespace OrleansBatch.Drill;

// The drill's private Postgres in a directory of its own. Silos and producers connect as an ordinary role.
// A limit on connections therefore holds for them, while the drill looks on as the superuser, past all proxies.
internal sealed class DrillDatabase : IAsyncDisposable
{
    public const string Role = "orleans_batch_drill";

    private readonly EmbeddedPostgres _postgres;

    private DrillDatabase(EmbeddedPostgres postgres, string password)
    {
        _postgres = postgres;
        var builder = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        Observer = Source(builder.ConnectionString, "orleans-batch-drill", 6);
        builder.Username = Role;
        builder.Password = password;
        ConnectionString = builder.ConnectionString;
        Producers = Source(ConnectionString, "orleans-batch-producer", 8);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource Observer { get; }

    public NpgsqlDataSource Producers { get; }

    public int Port => new NpgsqlConnectionStringBuilder(ConnectionString).Port;

    public static async Task<DrillDatabase> StartAsync(string directory, CancellationToken ct)
    {
        var password = RandomNumberGenerator.GetHexString(32);
        var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Directory = directory }, ct);
        var database = new DrillDatabase(postgres, password);
        try
        {
            // A statement that makes a role takes no parameters, so the password goes through a setting of this transaction.
            await using var connection = await database.Observer.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await connection.ExecuteAsync("drill_set_password", ct, password);
            await connection.ExecuteAsync("drill_make_role", ct);
            await connection.ExecuteAsync("drill_give_database", ct);
            await transaction.CommitAsync(ct);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public void Kill() => _postgres.Kill();

    public Task CrashAndRecoverAsync() => _postgres.CrashAndRecoverAsync();

    // The read is repeated until it succeeds, because the database may be away at the moment.
    public async Task<List<T>> ReadSurelyAsync<T>(string name, Func<Row, T> read, CancellationToken ct, params object[] values)
    {
        while (true)
        {
            try
            {
                return await Observer.ReadAsync(name, read, ct, values);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Producers.DisposeAsync();
        await Observer.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private static NpgsqlDataSource Source(string connectionString, string name, int size) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = name,
            MaxPoolSize = size,
            Timeout = 5,
            CommandTimeout = 10,
        });
}
