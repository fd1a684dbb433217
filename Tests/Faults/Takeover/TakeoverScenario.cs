using Npgsql;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.Takeover;

// Four silos run as processes of their own. Three have all slots at work when one is killed, one frozen and one cut off.
// The fourth has its slots free. Processes are dear, so the scenario runs once and the tests read its records.
// Nobody ever sweeps: the scenario itself holds the lock of the sweep from the beginning to the end.
public sealed class TakeoverScenario(PostgresFixture postgres) : IAsyncLifetime
{
    public const string Survivor = "survivor";
    public const string Killed = "killed";
    public const string Frozen = "frozen";
    public const string Cut = "cut";
    public const int GroupsEach = 4;
    public const int NewGroups = 24;

    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan _shortBatch = TimeSpan.FromSeconds(3);

    private static readonly Dictionary<string, string> _settings = new()
    {
        ["OrleansBatch__StatementTimeout"] = "00:00:01",
        ["OrleansBatch__IdleTimeout"] = "00:00:02",
        ["OrleansBatch__HeartbeatPeriod"] = "00:00:00.4",
        ["OrleansBatch__SweepPeriod"] = "10:00:00",
    };

    private readonly TempDirectory _directory = new();
    private readonly Dictionary<string, ServedSilo> _silos = [];
    private readonly Dictionary<string, FaultProxy> _proxies = [];
    private NpgsqlConnection? _sweeper;

    public QueueDatabase Database { get; } = new(postgres);

    // The team of the groups that each silo owns, and below the times of the faults by the database's clock.
    public Dictionary<string, long> Teams { get; } =
        ((string[])[Survivor, Killed, Frozen, Cut, "new", "later"]).ToDictionary(n => n, _ => TestIds.NextTeam());

    public Dictionary<string, DateTime> FaultAt { get; } = [];

    public long Sweepers { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        await Database.AddSinkAsync("probe");
        _sweeper = await Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        Assert.True(await _sweeper.ScalarAsync<bool>("SELECT pg_try_advisory_lock(1329725439, 2)"));
        await StartAsync();
        await OccupyAsync();
        await StrikeAsync();
        await TakeOverAsync();
        await ReturnAsync();
        Sweepers = await Database.ScalarAsync<long>(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'orleans-batch-recovery@%'
            """);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.Values)
        {
            silo.Dispose();
        }

        foreach (var proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }

        await (_sweeper?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Database.DisposeAsync();
        _directory.Dispose();
    }

    private async Task StartAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        string[] names = [Survivor, Killed, Frozen, Cut];
        var started = await Task.WhenAll(names.Select(name =>
        {
            _proxies[name] = new FaultProxy(server.Host!, server.Port);
            var through = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = _proxies[name].Port };
            return ServeAsync(name, through.ConnectionString);
        }));
        foreach (var (name, silo) in names.Zip(started))
        {
            _silos[name] = silo;
        }
    }

    private async Task<ServedSilo> ServeAsync(string name, string connectionString)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await ServedSilo.StartAsync(
                    _directory.Path, connectionString, name, ServedSilo.NewPorts(), _settings,
                    ["--sinks", "probe", "--slots", name == Survivor ? "16" : $"{GroupsEach}"]);
            }
            catch (InvalidOperationException) when (tries < 3)
            {
                // On a busy machine another program may have taken one of the ports before the process was up.
            }
        }
    }

    // Each victim takes up groups while the database is out of reach for the others, until its slots are full.
    private async Task OccupyAsync()
    {
        string[] victims = [Killed, Cut, Frozen];
        foreach (var proxy in _proxies.Values)
        {
            proxy.Cut();
        }

        foreach (var victim in victims)
        {
            _proxies[victim].Heal();
            for (var group = 0; group < GroupsEach; group++)
            {
                // Half of the frozen silo's batches are over when it wakes up.
                var sleep = victim == Frozen && group % 2 == 0 ? (int)_shortBatch.TotalMilliseconds : 600_000;
                await Database.EnqueueAsync(
                    Teams[victim], $"s{group}", Guid.NewGuid(), 0, final: true,
                    metadata: $$$"""{"probe": {"first_sleep_ms": {{{sleep}}}}}""");
            }

            await Eventually.EqualsAsync(
                (long)GroupsEach,
                () => Database.ScalarAsync<long>(
                    "SELECT count(*) FROM orleans_batch.probe_ledger WHERE team_id = $1 AND silo = $2", Teams[victim], victim),
                _soon,
                $"the silo {victim} is full");
        }

        _proxies[Survivor].Heal();
        await Eventually.EqualsAsync(
            1L,
            () => Database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'orleans-batch-poller@survivor'"),
            _soon,
            "the survivor polls");
    }

    private async Task StrikeAsync()
    {
        FaultAt[Frozen] = await NowAsync();
        await _silos[Frozen].FreezeAsync();
        FaultAt[Cut] = await NowAsync();
        _proxies[Cut].Freeze();
        FaultAt[Killed] = await NowAsync();
        await _silos[Killed].KillAsync();
        for (var group = 0; group < NewGroups; group++)
        {
            await Database.EnqueueAsync(Teams["new"], $"s{group}", Guid.NewGuid(), 0, final: true);
        }
    }

    private Task TakeOverAsync() => Eventually.EqualsAsync(
        (3L * GroupsEach) + NewGroups,
        () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.run_status WHERE state = 'succeeded'"),
        _soon,
        "every run has succeeded elsewhere");

    // The frozen silo wakes up, with half of its batches over meanwhile, and the cut-off silo is connected again.
    // The survivor has too few slots for all the work, until both have done some of it.
    private async Task ReturnAsync()
    {
        await Eventually.UntilAsync(async () => await NowAsync() > FaultAt[Frozen] + _shortBatch, _soon, "the short batches are over");
        await _silos[Frozen].WakeAsync();
        _proxies[Cut].Heal();
        await Eventually.EqualsAsync(
            0L,
            () => Database.ScalarAsync<long>(
                "SELECT count(*) FROM orleans_batch.probe_ledger WHERE silo IN ('frozen', 'cut') AND finished_at IS NULL"),
            _soon,
            "the sinks of the two have ended");
        var later = 0;
        await Eventually.EqualsAsync(
            2L,
            async () =>
            {
                await Database.EnqueueAsync(
                    Teams["later"], $"s{later++}", Guid.NewGuid(), 0, final: true, metadata: """{"probe": {"sleep_ms": 2000}}""");
                return await Database.ScalarAsync<long>(
                    "SELECT count(DISTINCT silo) FROM orleans_batch.probe_ledger WHERE team_id = $1 AND silo IN ('frozen', 'cut')",
                    Teams["later"]);
            },
            _soon,
            "both serve other groups");
    }

    private Task<DateTime> NowAsync() => Database.ScalarAsync<DateTime>("SELECT clock_timestamp()");
}
