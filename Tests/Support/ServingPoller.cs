using Npgsql;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Support;

// A silo as the database knows it: on record as serving a sink, and running, because its poller's connection is there.
internal sealed class ServingPoller : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private ServingPoller(NpgsqlConnection connection) => _connection = connection;

    public static async Task<ServingPoller> StartAsync(
        QueueDatabase database, string silo, string sink = "probe", string? destination = null, string[]? roots = null, int slots = 16)
    {
        var id = await database.AddSinkAsync(sink);
        await database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.silo (name, host, process_id, version, slots) VALUES ($1, 'host', 42, '1.0', $2)
            ON CONFLICT (name) DO UPDATE SET started_at = EXCLUDED.started_at
            """,
            silo, slots);
        await database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.silo_sink (silo, sink_id, destination, input_roots) VALUES ($1, $2, $3, $4)
            ON CONFLICT (silo, sink_id) DO UPDATE SET started_at = EXCLUDED.started_at
            """,
            silo, id, destination, roots ?? []);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            ApplicationName = SessionRole.NameOn(SessionRole.Poller, silo),
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return new ServingPoller(connection);
    }

    // The poller's session is over once the server says so.
    public async Task EndAsync(QueueDatabase database)
    {
        var backend = _connection.ProcessID;
        await _connection.CloseAsync();
        await Eventually.EqualsAsync(
            0, () => database.ScalarAsync<long>("SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE pid = $1", backend),
            TimeSpan.FromSeconds(20), "the session is over");
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
