using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Tenures;

namespace OrleansBatch.Tests.Support;

// The engine's own statements of one owner, over a connection that the test can hold inside a transaction.
internal sealed class TestOwner : IAsyncDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(20);

    private readonly NpgsqlConnection _connection;
    private readonly GroupSession _session;
    private StallingProxy? _through;
    private NpgsqlTransaction? _transaction;

    private TestOwner(NpgsqlConnection connection, GroupKey group, LockKey key, string silo)
    {
        _connection = connection;

        // A statement that the server cancels is not repeated: a test sees its error.
        _session = new GroupSession(connection, new BootClock(), TimeSpan.Zero);
        Cursor = new GroupCursor(_session, group, key, silo, tellsHooks: false, TimeProvider.System);
        Key = key;
        Backend = connection.ProcessID;
        ServerMajor = connection.PostgreSqlVersion.Major;
    }

    public GroupCursor Cursor { get; }

    public LockKey Key { get; }

    public GroupSession Session => _session;

    public int Backend { get; }

    // The major version of the server, known also once the connection is broken.
    public int ServerMajor { get; }

    public NpgsqlConnection Connection => _connection;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // The owner neither locks nor owns yet. There is no pool: when the connection is closed, its session ends.
    // With a lifetime the session has the engine's settings, and its client waits for ever, as a frozen one does.
    public static async Task<TestOwner> OpenAsync(
        QueueDatabase database, long team, string schema, string silo = "silo-a", OrleansBatchOptions? lifetime = null,
        StallingProxy? through = null, string sink = "probe")
    {
        var key = new LockKey(await database.AddSinkAsync(sink), await database.GroupIdAsync(team, schema));
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            ApplicationName = SessionRole.NameOn(SessionRole.Group, silo),
            Pooling = false,
            CommandTimeout = lifetime is null ? 30 : 0,
        };
        settings.Port = through?.Port ?? settings.Port;

        // Unread data stays with the server, and does not fill the system's buffers first.
        settings.SocketReceiveBufferSize = 64 * 1024;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(Ct);
        if (lifetime is not null)
        {
            await EngineDataSources.SettleAsync(connection, lifetime.StatementTimeout, lifetime.IdleTimeout);
        }

        return new TestOwner(connection, new GroupKey(team, schema), key, silo) { _through = through };
    }

    public static async Task<TestOwner> OwnAsync(
        QueueDatabase database, long team, string schema, string silo = "silo-a", OrleansBatchOptions? lifetime = null,
        StallingProxy? through = null, string sink = "probe")
    {
        var owner = await OpenAsync(database, team, schema, silo, lifetime, through, sink);
        await Eventually.UntilAsync(owner.TryLockAsync, _soon, "the session of an owner before has ended");
        await owner.Cursor.OwnAsync(Ct);
        return owner;
    }

    public Task<bool> TryLockAsync() => _session.TryLockAsync(Key, Ct);

    public Task UnlockAsync() => _session.UnlockAsync(Key, Ct);

    public async Task<LogEntry> FetchAsync() =>
        (await Cursor.FetchAsync(Ct)).Entry ?? throw new InvalidOperationException("The log ends here.");

    public async Task<EntryStanding> StandingAsync() =>
        (await Cursor.FetchAsync(Ct)).Standing ?? throw new InvalidOperationException("The log ends here.");

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
            await Cursor.AdvanceAsync(entry, new(), Ct);
        }
    }

    public Task ParkAsync(LogEntry entry, TimeSpan wait, string reason = "retry") =>
        Cursor.ParkAsync(entry, new ParkReason(wait, reason, EntryError.Of("It failed."), reason), Ct);

    public Task PauseAsync(LogEntry entry) => Cursor.ParkAsync(entry, ParkReason.Paused("Paused by alice."), Ct);

    public Task FailAsync(LogEntry entry, string error = "It failed.") =>
        Cursor.FailAsync(entry, EntryError.Of(error), entry.BlocksOnFailure, Ct);

    public Task SkipAsync(LogEntry entry, string why = "The run has ended here: failed.") =>
        Cursor.SkipAsync(entry, new EntryVerdict.Skip(why), null, [], Ct);

    // The result of a window for a sink that does not count.
    public static WindowResult Applied(int batches) => new([.. Enumerable.Repeat(BatchResult.NotCounted, batches)], null, Quick: true);

    // For statements that the cursor's methods don't offer, or that need the test's own values.
    public Task<T?> RunAsync<T>(string statement, Func<Row, T> read, params object[] values) =>
        QueueStatements.Load(statement).On(_connection, values).FirstAsync(read, Ct);

    public Task SetAsync(string sql) => _connection.ScalarAsync<object>(sql);

    public async Task BeginAsync() => _transaction = await _connection.BeginTransactionAsync(Ct);

    public Task CommitAsync() => _transaction!.CommitAsync(Ct);

    // A call that hangs behind a proxy, or was not read to its end, fails now.
    public async ValueTask DisposeAsync()
    {
        await (_through?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Record.ExceptionAsync(async () => await _session.DisposeAsync());
    }
}
