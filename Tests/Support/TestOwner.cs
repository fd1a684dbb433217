using Npgsql;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Support;

// The engine's own statements of one owner, over a connection that the test can hold inside a transaction.
internal sealed class TestOwner : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly GroupSession _session;
    private NpgsqlTransaction? _transaction;

    private TestOwner(NpgsqlConnection connection, GroupKey group, LockKey key, string silo)
    {
        _connection = connection;
        _session = new GroupSession(connection, new BootClock());
        Cursor = new OwnedCursor(_session, group, key, silo);
        Key = key;
    }

    public OwnedCursor Cursor { get; }

    public LockKey Key { get; }

    public int Backend => _connection.ProcessID;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Neither locks nor owns yet. No pool: when the connection is closed, its session ends.
    public static async Task<TestOwner> OpenAsync(QueueDatabase database, long team, string schema, string silo = "silo-a")
    {
        var key = new LockKey(await database.AddSinkAsync("probe"), await database.GroupIdAsync(team, schema));
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        return new TestOwner(connection, new GroupKey(team, schema), key, silo);
    }

    public static async Task<TestOwner> OwnAsync(QueueDatabase database, long team, string schema, string silo = "silo-a")
    {
        var owner = await OpenAsync(database, team, schema, silo);
        Assert.True(await owner.TryLockAsync());
        await owner.Cursor.OwnAsync(Ct);
        return owner;
    }

    public Task<bool> TryLockAsync() => _session.TryLockAsync(Key, Ct);

    public Task UnlockAsync() => _session.UnlockAsync(Key, Ct);

    public async Task<LogEntry> FetchAsync() =>
        (await Cursor.FetchAsync(Ct)).Entry ?? throw new InvalidOperationException("The log ends here.");

    public async Task<LogEntry> ClaimAsync()
    {
        var entry = await FetchAsync();
        await Cursor.ClaimAsync(entry, Ct);
        return entry;
    }

    public async Task ApplyAllAsync()
    {
        while ((await Cursor.FetchAsync(Ct)).Entry is { } entry)
        {
            await Cursor.ClaimAsync(entry, Ct);
            await Cursor.AdvanceAsync(entry, Ct);
        }
    }

    public Task ParkAsync(LogEntry entry, TimeSpan wait, string reason = "retry") =>
        Cursor.ParkAsync(entry, wait, reason, "It failed.", Ct);

    // A statement that the cursor's methods don't offer, or with values of the test's own.
    public Task<T?> RunAsync<T>(string statement, Func<NpgsqlDataReader, T> read, params object?[] values) =>
        Statement.Load(statement).On(_connection, values).FirstAsync(read, Ct);

    public Task SetAsync(string sql) => _connection.ScalarAsync<object>(sql);

    public async Task BeginAsync() => _transaction = await _connection.BeginTransactionAsync(Ct);

    public Task CommitAsync() => _transaction!.CommitAsync(Ct);

    public async ValueTask DisposeAsync() => await _session.DisposeAsync();
}
