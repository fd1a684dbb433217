using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A session goes from tenure to tenure only when it certainly holds nothing. In doubt its connection is closed.
public sealed class SessionSetTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(10);

    private static readonly LockKey _key = new(1, 1);

    // Two thirds of the lifetime must be enough to open a session through the proxy while the machine is busy.
    private readonly OrleansBatchOptions _options = new() { LockLifetime = TimeSpan.FromSeconds(6), SiloName = "set" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_that_gave_its_lock_back_is_lent_again_and_holds_nothing()
    {
        await using var sources = Sources();
        await using var set = Set(sources);
        var backends = new List<int>();
        for (var round = 0; round < 3; round++)
        {
            var session = await set.RentAsync(Ct);
            backends.Add(await BackendAsync());
            Assert.True(await session.TryLockAsync(_key, Ct));
            Assert.Equal(1, await LocksAsync());
            await session.UnlockAsync(_key, Ct);
            await set.ReturnAsync(session);
            Assert.Equal(0, await LocksAsync());
        }

        Assert.Single(backends.Distinct());
    }

    [Fact]
    public async Task A_session_that_was_not_given_the_lock_is_lent_again()
    {
        await using var sources = Sources();
        await using var set = Set(sources);
        await using var holder = await Database.Source.OpenConnectionAsync(Ct);
        Assert.True(await holder.ScalarAsync<bool>("SELECT pg_try_advisory_lock($1, $2)", _key.Namespace, _key.GroupId));
        var session = await set.RentAsync(Ct);
        var backend = await BackendAsync();

        Assert.False(await session.TryLockAsync(_key, Ct));
        await set.ReturnAsync(session);

        Assert.Same(session, await set.RentAsync(Ct));
        Assert.Equal(backend, await BackendAsync());
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_session_whose_unlock_was_not_true_is_closed()
    {
        await using var sources = Sources();
        await using var set = Set(sources);
        var session = await set.RentAsync(Ct);
        var backend = await BackendAsync();
        Assert.True(await session.TryLockAsync(_key, Ct));

        // The answer says that this session holds no such lock, so nobody knows what the session holds.
        await session.UnlockAsync(new LockKey(1, 2), Ct);
        await set.ReturnAsync(session);

        await using var next = await set.RentAsync(Ct);
        Assert.NotSame(session, next);
        await GoneAsync(backend);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_still_has_its_lock_or_may_have_it_is_closed(bool triesToUnlock)
    {
        await using var sources = Sources();
        await using var set = Set(sources);
        var session = await set.RentAsync(Ct);
        var backend = await BackendAsync();
        Assert.True(await session.TryLockAsync(_key, Ct));
        if (triesToUnlock)
        {
            await Database.ExecuteAsync("SELECT pg_terminate_backend($1)", backend);
            await Assert.ThrowsAnyAsync<Exception>(() => session.UnlockAsync(_key, Ct));
        }

        await set.ReturnAsync(session);

        await using var next = await set.RentAsync(Ct);
        Assert.NotSame(session, next);
        await GoneAsync(backend);
    }

    // The server executes the lock statement, and then the network is gone. Neither answer nor the end of the connection gets through.
    [Fact]
    public async Task A_lock_whose_answer_was_lost_is_free_within_the_lifetime()
    {
        await using var proxy = new StallingProxy(Database.ConnectionString);
        await using var sources = Sources(proxy.Port);
        await using var set = Set(sources);
        var session = await set.RentAsync(Ct);
        proxy.HoldAnswers();

        var locking = session.TryLockAsync(_key, Ct);
        await Eventually.EqualsAsync(1L, LocksAsync, _soon, "the server has given the lock");
        await Assert.ThrowsAnyAsync<Exception>(() => locking);
        await set.ReturnAsync(session);

        await Eventually.EqualsAsync(0L, LocksAsync, _options.LockLifetime + _soon, "the server ends the session");
        Assert.False(session.IsClean);
    }

    // An end by the server would be an error in its log each time, and the server counts such sessions.
    [Fact]
    public async Task A_session_that_is_not_used_is_closed_before_the_server_would_do_it()
    {
        await using var sources = Sources();
        await using var set = Set(sources);
        var sessions = new[] { await set.RentAsync(Ct), await set.RentAsync(Ct) };
        foreach (var session in sessions)
        {
            await session.TryLockAsync(_key, Ct);
            await session.UnlockAsync(_key, Ct);
            await set.ReturnAsync(session);
        }

        await Eventually.EqualsAsync(
            0L,
            () => Database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'orleans-batch-group@set' "
                    + "AND datname = current_database()"),
            _options.IdleTimeout + _soon, "no session is left");

        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT sessions_fatal FROM pg_stat_database WHERE datname = current_database()"));
    }

    private EngineDataSources Sources(int? port = null)
    {
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(Database.ConnectionString);
        settings.Port = port ?? settings.Port;
        return new EngineDataSources(
            new EngineConnection(settings.ConnectionString), Microsoft.Extensions.Options.Options.Create(_options));
    }

    private SessionSet Set(EngineDataSources sources) =>
        new(sources, Microsoft.Extensions.Options.Options.Create(_options), new BootClock());

    // The backend of the set's only session.
    private Task<int> BackendAsync() =>
        Database.ScalarAsync<int>(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'orleans-batch-group@set' AND datname = current_database()");

    private Task<long> LocksAsync() => Database.ScalarAsync<long>(
        """
        SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
        WHERE l.locktype = 'advisory' AND a.application_name = 'orleans-batch-group@set' AND a.datname = current_database()
        """);

    private Task GoneAsync(int backend) => Eventually.EqualsAsync(
        0L, () => Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", backend), _soon, "the session ends");
}
