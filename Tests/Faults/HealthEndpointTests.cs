using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// G9 as an orchestrator sees it: a silo runs as a process, and is asked over HTTP.
[Trait("Length", "Long")]
public sealed class HealthEndpointTests : DatabaseTest, IDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly string[] _ports = ServedSilo.NewPorts();
    private readonly SiloHttp _http;

    public HealthEndpointTests(PostgresFixture postgres)
        : base(postgres) => _http = new SiloHttp(_ports[^1]);

    public void Dispose()
    {
        _http.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_silo_that_is_held_up_in_its_start_is_alive_and_not_ready()
    {
        await using var migrator = await StagedSession.BeginAsync(Database);
        await migrator.ExecuteAsync("SELECT pg_advisory_xact_lock(1329725439, 3)");
        var starting = ServeAsync(Database.ConnectionString);

        await Eventually.EqualsAsync((503, "The silo is starting.\n"), _http.ReadyAsync, _soon, "the silo answers while it starts");
        Assert.Equal((200, "ok\n"), await _http.LiveAsync());

        Assert.False(starting.IsCompleted);
        await migrator.RollbackAsync();
        using var silo = await starting;
        await Eventually.EqualsAsync((200, "ok\n"), _http.ReadyAsync, _soon, "the silo is ready");
    }

    [Fact]
    public async Task A_database_that_does_not_answer_turns_readiness_red_and_liveness_never_and_the_failed_polls_are_counted_and_timed()
    {
        var direct = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        await using var network = new FaultProxy(direct.Host!, direct.Port);
        using var silo = await ServeAsync(
            new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Host = "127.0.0.1", Port = network.Port }.ConnectionString);
        await Eventually.EqualsAsync(200, _http.StatusAsync, _soon, "the silo is ready");

        network.Freeze();
        await Eventually.EqualsAsync(503, ReadyWhileAliveAsync, _soon, "the silo is not ready without its database");
        Assert.Matches("^No poll of the database has succeeded for 00:00:1[0-9]\\.\n$", (await _http.ReadyAsync()).Text);
        await Eventually.UntilAsync(async () => await FailedPollsAsync("300") > 0, _soon, "a failed poll is counted");

        // A frozen statement lasts as long as its time-out, 5 s, and is timed so, without the moment of noticing.
        Assert.Equal(0, await FailedPollsAsync("1"));
        Assert.True(await GaugeAsync("orleans_batch_poll_age_seconds") >= 10);
        Assert.True(await GaugeAsync("orleans_batch_polls_failed_in_a_row") >= 1);

        network.Heal();
        await Eventually.EqualsAsync(200, ReadyWhileAliveAsync, _soon, "the silo is ready again");
        await Eventually.UntilAsync(
            async () => await GaugeAsync("orleans_batch_polls_failed_in_a_row") == 0, _soon, "the count begins anew");
    }

    [Fact]
    public async Task A_draining_silo_is_alive_and_not_ready_until_its_last_batch_has_ended()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(team, "s", run, 0, final: true, metadata: """{"probe": {"sleep_ms": 4000}}""");
        using var silo = await ServeAsync(Database.ConnectionString);
        await Eventually.EqualsAsync(
            1L, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.probe_ledger WHERE team_id = $1", team), _soon,
            "the batch runs");

        await silo.SignalAsync("TERM");

        await Eventually.EqualsAsync((503, "The silo is draining.\n"), _http.ReadyAsync, _soon, "the silo is not ready");
        Assert.Equal((200, "ok\n"), await _http.LiveAsync());
        Assert.Equal("running", await Database.RunStateAsync(run));
        Assert.Equal(0, await silo.ExitAsync(_soon));
        Assert.Equal("succeeded", await Database.RunStateAsync(run));
    }

    private Task<ServedSilo> ServeAsync(string connectionString) =>
        ServedSilo.StartAsync(_directory.Path, connectionString, "silo", _ports, "--sinks", "probe");

    private async Task<int> ReadyWhileAliveAsync()
    {
        Assert.Equal((200, "ok\n"), await _http.LiveAsync());
        return await _http.StatusAsync();
    }

    private async Task<double> FailedPollsAsync(string atMostSeconds) =>
        await GaugeAsync($"orleans_batch_poll_duration_seconds_bucket{{[^}}]*succeeded=\"false\",le=\"{atMostSeconds}\"[^}}]*}}");

    private async Task<double> GaugeAsync(string name)
    {
        var found = Regex.Match(await _http.MetricsAsync(), $@"^{name}(\{{[^}}]*\}})? ([0-9.]+)", RegexOptions.Multiline);
        return found.Success ? double.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
    }
}
