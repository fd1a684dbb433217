using System.Globalization;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// Sinks run on threads of their own: whatever they block there, the silo's signs of life go on.
public sealed class BlockedSinksTests : DatabaseTest, IDisposable
{
    private const long Slots = 16;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);

    private readonly TempDirectory _directory = new();
    private readonly string[] _ports = ServedSilo.NewPorts();
    private readonly SiloHttp _http;

    public BlockedSinksTests(PostgresFixture postgres)
        : base(postgres) => _http = new SiloHttp(_ports[^1]);

    public void Dispose()
    {
        _http.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Sinks_that_block_all_their_threads_stop_no_heartbeat_and_no_poll_and_are_not_cancelled()
    {
        var team = TestIds.NextTeam();
        await Database.AddSinkAsync("probe");
        for (var group = 0; group < Slots; group++)
        {
            await Database.EnqueueAsync(
                team, group.ToString(CultureInfo.InvariantCulture), Guid.NewGuid(), 0, final: true,
                metadata: """{"probe": {"hang_ms": 6000}}""");
        }

        // The shared pool has four threads. If sinks ran on it, nothing else would.
        using var silo = await ServedSilo.StartAsync(
            _directory.Path, Database.ConnectionString, "silo", _ports,
            new Dictionary<string, string>
            {
                ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "4",
                ["OrleansBatch__StatementTimeout"] = "00:00:01",
                ["OrleansBatch__IdleTimeout"] = "00:00:02",
                ["OrleansBatch__HeartbeatPeriod"] = "00:00:00.3",
            },
            "--sinks", "probe");
        await Eventually.EqualsAsync(Slots, () => CountAsync("finished_at IS NULL", team), _soon, "all threads are blocked");

        // The beats last longer than an owner without beats would keep its lock.
        for (var beat = 1; beat <= 6; beat++)
        {
            var before = await Database.ScalarAsync<DateTime>("SELECT clock_timestamp()");
            await Eventually.EqualsAsync(
                Slots,
                () => Database.ScalarAsync<long>(
                    "SELECT count(*) FROM orleans_batch.lock_owner WHERE team_id = $1 AND heartbeat_at > $2", team, before),
                _soon,
                $"every owner beats while its sink blocks, beat {beat}");
        }

        Assert.Equal(((200, "ok\n"), (200, "ok\n")), (await _http.LiveAsync(), await _http.ReadyAsync()));
        Assert.Equal(Slots, await CountAsync("finished_at IS NULL", team));
        await Eventually.EqualsAsync(Slots, () => CountAsync("outcome = 'succeeded'", team), _soon, "every batch succeeds");
        Assert.Equal(Slots, await CountAsync("true", team));
    }

    private Task<long> CountAsync(string condition, long team) =>
        Database.ScalarAsync<long>($"SELECT count(*) FROM orleans_batch.probe_ledger WHERE team_id = $1 AND {condition}", team);
}
