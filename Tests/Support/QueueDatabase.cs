using Npgsql;
using OrleansBatch.Grains.Queue.Migrations;

namespace OrleansBatch.Tests.Support;

// A migrated database for one test class, with a few reads and writes that many tests need.
public sealed class QueueDatabase(PostgresFixture? postgres) : IAsyncLifetime
{
    private static readonly SemaphoreSlim _making = new(1, 1);
    private static string? _template;

    public string ConnectionString { get; private set; } = "";

    public NpgsqlDataSource Source { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // The database is on a server of the test's own.
    public static async Task<QueueDatabase> OnAsync(string connectionString)
    {
        var source = NpgsqlDataSource.Create(connectionString);
        await Migrator.MigrateAsync(source, Ct);
        return new QueueDatabase(null) { ConnectionString = connectionString, Source = source };
    }

    // As it is, whatever version it is of.
    public static QueueDatabase At(string connectionString) =>
        new(null) { ConnectionString = connectionString, Source = NpgsqlDataSource.Create(connectionString) };

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await postgres!.CreateDatabaseAsync(await TemplateAsync());
        Source = NpgsqlDataSource.Create(ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (postgres is not null)
        {
            await postgres.DropDatabaseAsync(ConnectionString);
        }
    }

    public async Task<T?> ScalarAsync<T>(string sql, params object?[] values)
    {
        await using var connection = await Source.OpenConnectionAsync(Ct);
        return await connection.ScalarAsync<T>(sql, values);
    }

    public async Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params object?[] values)
    {
        await using var connection = await Source.OpenConnectionAsync(Ct);
        await using var command = connection.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(Ct))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public Task ExecuteAsync(string sql, params object?[] values) => ScalarAsync<object>(sql, values);

    public async Task<short> AddSinkAsync(string name) =>
        await ScalarAsync<short>(
            "INSERT INTO orleans_batch.sink (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = $1 RETURNING sink_id", name);

    public async Task<long> EnqueueAsync(
        long team, string schema, Guid run, int index, string? path = "x", bool final = false, string metadata = "{}",
        string options = "{}", string syncType = "append", string[]? keys = null) =>
        await ScalarAsync<long>(
            """
            SELECT orleans_batch.enqueue(team_id => $1, schema_id => $2, run_id => $3, batch_index => $4, path => $5, is_final => $6,
              metadata => $7::jsonb, options => $8::jsonb, sync_type => $9, row_count => 1, primary_keys => $10::text[])
            """,
            team, schema, run, index, path, final, metadata, options, syncType, keys ?? (syncType == "cdc" ? ["id"] : null));

    public async Task<string?> RunStateAsync(Guid run, string sink = "probe") =>
        await ScalarAsync<string>("SELECT state FROM orleans_batch.run_status WHERE run_id = $1 AND sink = $2", run, sink);

    private async Task<string> TemplateAsync()
    {
        await _making.WaitAsync(Ct);
        try
        {
            if (_template is null)
            {
                var made = await postgres!.CreateDatabaseAsync();
                var unpooled = new NpgsqlConnectionStringBuilder(made) { Pooling = false };
                await using (var source = NpgsqlDataSource.Create(unpooled.ConnectionString))
                {
                    await Migrator.MigrateAsync(source, Ct);
                }

                _template = new NpgsqlConnectionStringBuilder(made).Database;
            }

            return _template!;
        }
        finally
        {
            _making.Release();
        }
    }
}
