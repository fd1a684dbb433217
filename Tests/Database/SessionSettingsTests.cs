using System.Globalization;
using Npgsql;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The server enforces the options on an owner, whatever the connection string, the role or the server says.
public sealed class SessionSettingsTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private static readonly OrleansBatchOptions _options = new()
    {
        StatementTimeout = TimeSpan.FromMilliseconds(1700),
        IdleTimeout = TimeSpan.FromMilliseconds(4300),
        SiloName = "settled",
    };

    public static TheoryData<string, string> Settings => new()
    {
        { "statement_timeout", "1700ms" },
        { "idle_session_timeout", "4300ms" },
        { "idle_in_transaction_session_timeout", "1700ms" },
        { "lock_timeout", "1s" },
        { "tcp_user_timeout", "1700" },
        { "tcp_keepalives_idle", "5" },
        { "tcp_keepalives_interval", "2" },
        { "tcp_keepalives_count", "3" },
        { "client_connection_check_interval", "1s" },
        { "default_transaction_isolation", "read committed" },
        { "transaction_isolation", "read committed" },
        { "synchronous_commit", "on" },
        { "search_path", "pg_catalog, pg_temp" },
        { "jit", "off" },
        { "enable_seqscan", "off" },
        { "application_name", "orleans-batch-group@settled" },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_groups_session_has_the_setting(string name, string value)
    {
        await using var sources = Sources();
        await using var session = await sources.Group.OpenConnectionAsync(Ct);

        Assert.Equal(value, await session.ScalarAsync<string>("SELECT current_setting($1)", name));
    }

    // Before 17 the setting does not exist, and asking for it would fail.
    [Fact]
    public async Task From_version_17_on_a_transaction_has_no_more_time_than_a_statement()
    {
        await using var sources = Sources();
        await using var session = await sources.Group.OpenConnectionAsync(Ct);

        Assert.Equal(
            session.PostgreSqlVersion.Major >= 17 ? "1700ms" : null,
            await session.ScalarAsync<string>("SELECT current_setting('transaction_timeout', true)"));
    }

    // A connection that beats by itself, or a pool that keeps a closed one open, would hold the lock of an owner that hangs.
    [Fact]
    public async Task A_groups_connection_neither_beats_by_itself_nor_outlives_its_end()
    {
        await using var sources = Sources("Keepalive=1;Pooling=true;");
        var session = await sources.Group.OpenConnectionAsync(Ct);
        var settings = new NpgsqlConnectionStringBuilder(session.ConnectionString);
        var backend = session.ProcessID;
        await session.DisposeAsync();

        Assert.Equal((0, false), (settings.KeepAlive, settings.Pooling));
        await Eventually.EqualsAsync(
            0L, () => database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", backend), TimeSpan.FromSeconds(10),
            "closing the connection ends its session");
    }

    [Theory]
    [InlineData("off", "on")]
    [InlineData("remote_apply", "remote_apply")]
    public async Task Commits_are_durable_and_a_stronger_setting_is_kept(string given, string kept)
    {
        await using var sources = Sources($"Options=-c synchronous_commit={given} -c default_transaction_isolation=serializable;");
        await using var session = await sources.Group.OpenConnectionAsync(Ct);

        Assert.Equal(kept, await session.ScalarAsync<string>("SHOW synchronous_commit"));
        Assert.Equal("read committed", await session.ScalarAsync<string>("SHOW transaction_isolation"));
    }

    [Fact]
    public async Task The_lifetime_that_the_server_enforces_is_on_record()
    {
        var team = TestIds.NextTeam();
        await database.EnqueueAsync(team, "orders", Guid.NewGuid(), 0);
        await using var owner = await TestOwner.OwnAsync(database, team, "orders", lifetime: _options);

        Assert.Equal(
            _options.LockLifetime,
            await database.ScalarAsync<TimeSpan>(
                "SELECT lock_lifetime FROM orleans_batch.sink_cursor WHERE group_id = $1", owner.Key.GroupId));
    }

    // A pooler in session mode refuses start-up options that it doesn't know.
    [Fact]
    public async Task Every_session_is_settled_by_a_statement_after_connecting_and_not_by_options_of_the_connection()
    {
        var options = new OrleansBatchOptions { StatementTimeout = TimeSpan.FromMilliseconds(1500) };
        await using var sources = new EngineDataSources(
            new EngineConnection(database.ConnectionString), Microsoft.Extensions.Options.Options.Create(options));

        for (var connect = 0; connect < 2; connect++)
        {
            foreach (var source in (NpgsqlDataSource[])[sources.Group, sources.Poller, sources.Recovery])
            {
                Assert.Equal(("1500ms", "off", null), await SettingsAsync(source));
            }
        }
    }

    private static async Task<(string? StatementTimeout, string? Jit, string? Options)> SettingsAsync(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return (
            await connection.ScalarAsync<string>("SHOW statement_timeout"),
            await connection.ScalarAsync<string>("SHOW jit"),
            new NpgsqlConnectionStringBuilder(source.ConnectionString).Options);
    }

    private EngineDataSources Sources(string settings = "") => new(
        new EngineConnection(string.Create(CultureInfo.InvariantCulture, $"{database.ConnectionString};{settings}")),
        Microsoft.Extensions.Options.Options.Create(_options));
}
