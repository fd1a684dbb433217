using Npgsql;

namespace OrleansBatch.Tests.Support;

// A connection of its own that a test can hold inside a transaction while others pass, and whose waiting the test can see.
public sealed class StagedSession : IAsyncDisposable
{
    private readonly QueueDatabase _database;
    private NpgsqlTransaction? _transaction;

    private StagedSession(QueueDatabase database, NpgsqlConnection connection) => (_database, Connection) = (database, connection);

    public NpgsqlConnection Connection { get; }

    public static async Task<StagedSession> OpenAsync(QueueDatabase database) =>
        new(database, await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken));

    // The session comes with a transaction that has begun.
    public static async Task<StagedSession> BeginAsync(QueueDatabase database)
    {
        var session = await OpenAsync(database);
        await session.BeginAsync();
        return session;
    }

    // Every writer of the cursor of the team's group waits.
    public static async Task<StagedSession> HoldCursorAsync(QueueDatabase database, long team)
    {
        var staged = await BeginAsync(database);
        await staged.ExecuteAsync(
            """
            SELECT FROM orleans_batch.sink_cursor AS c
            WHERE c.group_id = (SELECT g.group_id FROM orleans_batch.batch_group AS g WHERE g.team_id = $1) FOR UPDATE
            """,
            team);
        return staged;
    }

    public async Task BeginAsync() => _transaction = await Connection.BeginTransactionAsync(TestContext.Current.CancellationToken);

    public Task CommitAsync() => _transaction!.CommitAsync(TestContext.Current.CancellationToken);

    public Task RollbackAsync() => _transaction!.RollbackAsync(TestContext.Current.CancellationToken);

    public Task<T?> ScalarAsync<T>(string sql, params object?[] values) => Connection.ScalarAsync<T>(sql, values);

    public Task ExecuteAsync(string sql, params object?[] values) => Connection.ScalarAsync<object>(sql, values);

    public Task<long> EnqueueAsync(long team, string schema, Guid run, int index, bool final = false) =>
        ScalarAsync<long>(
            "SELECT orleans_batch.enqueue(team_id => $1, schema_id => $2, run_id => $3, batch_index => $4, path => 'x', is_final => $5)",
            team, schema, run, index, final);

    public Task WaitsForALockAsync() => WaitsForALockAsync(_database, Connection.ProcessID);

    public static Task WaitsForALockAsync(QueueDatabase database, int backend) =>
        Eventually.EqualsAsync(
            "Lock",
            () => database.ScalarAsync<string>(
                "SELECT wait_event_type FROM pg_catalog.pg_stat_activity WHERE pid = $1 AND state = 'active'", backend),
            TimeSpan.FromSeconds(10),
            $"backend {backend} waits for a lock");

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
        }

        await Connection.DisposeAsync();
    }
}
