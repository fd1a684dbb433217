using Npgsql;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// F-06: the database goes away and comes back under running groups. Nobody restarts a silo, and nothing fails.
public sealed class DatabaseBounceTests : IAsyncLifetime
{
    private const int Groups = 10;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly long _team = TestIds.NextTeam();
    private OwnPostgres _postgres = null!;
    private QueueDatabase _database = null!;
    private FaultProxy _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _postgres = await OwnPostgres.StartAsync();
        _database = await QueueDatabase.OnAsync(_postgres.ConnectionString);
        var server = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString);
        _proxy = new FaultProxy(server.Host!, server.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _database.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task A_restart_under_running_groups_counts_neither_attempts_nor_losses()
    {
        var release = new TaskCompletionSource();
        var sink = new RecordingSink();
        sink.OnApply = async (context, ct) =>
        {
            if (context.Batch.BatchIndex == 1)
            {
                await release.Task.WaitAsync(ct);
            }
        };
        await using var silos = await StartAsync(sink);
        var runs = Enumerable.Range(0, Groups).Select(_ => Guid.NewGuid()).ToList();
        foreach (var (run, group) in runs.Select((r, g) => (r, g)))
        {
            for (var index = 0; index < 3; index++)
            {
                await _database.EnqueueAsync(_team, $"s{group}", run, index, final: index == 2);
            }
        }

        await TakenUpAsync(1);
        await RestartAsync();
        await TakenUpAsync(2);
        var counts = await QueryAsync("SELECT attempt, losses FROM orleans_batch.sink_cursor", r => (r.GetInt32(0), r.GetInt32(1)));
        release.SetResult();

        Assert.Equal(Enumerable.Repeat((1, 0), Groups), counts);
        foreach (var run in runs)
        {
            await SucceedsAsync(run);
        }

        Assert.All(sink.Applied, b => Assert.Equal(1, b.Attempt));
        Assert.Equal(
            [("lost", Groups), ("succeeded", 3 * Groups)],
            await QueryAsync(
                "SELECT outcome, count(*)::int FROM orleans_batch.batch_attempt GROUP BY 1 ORDER BY 1",
                r => (r.GetString(0), r.GetInt32(1))));
        await Eventually.UntilAsync(
            async () => (await QueryAsync(
                "SELECT count(*)::int FROM pg_stat_activity WHERE application_name ~ '^orleans-batch-(group|poller|recovery)@'",
                r => r.GetInt32(0)))[0] is > 0 and <= 16 + 2,
            _soon,
            "no connection is leaked");

        async Task TakenUpAsync(int times) => await Eventually.EqualsAsync(
            times * Groups,
            () => Task.FromResult(sink.Applied.Count(b => b.Batch.BatchIndex == 1)),
            _soon,
            $"all groups are in their batch, time {times}");
    }

    [Fact]
    public async Task Losing_the_database_three_times_in_a_long_batch_fails_nothing()
    {
        var run = Guid.NewGuid();
        var sink = new RecordingSink();
        sink.OnApply = (_, ct) => sink.Applied.Count <= 3 ? Task.Delay(Timeout.InfiniteTimeSpan, ct) : Task.CompletedTask;
        await using var silos = await StartAsync(sink);
        await _database.EnqueueAsync(_team, "s", run, 0, final: true);

        await TakenUpAsync(1);
        await RestartAsync();
        await TakenUpAsync(2);
        await QueryAsync("SELECT pg_terminate_backend(backend_pid) FROM orleans_batch.lock_owner", r => r.GetBoolean(0));
        await TakenUpAsync(3);
        _proxy.Cut();
        await Eventually.EqualsAsync(0, () => Task.FromResult(_proxy.Connections), _soon, "the network is cut");
        _proxy.Heal();

        await SucceedsAsync(run);
        Assert.All(sink.Applied, b => Assert.Equal(1, b.Attempt));
        Assert.Equal(4, sink.Applied.Select(b => b.FencingToken).Distinct().Count());
        Assert.Equal(
            [
                ("lost", "The database was restarted while this batch was worked on."),
                ("lost", "The owner was lost while it worked on this batch."),
                ("lost", "The database was away while this batch was worked on."),
                ("succeeded", ""),
            ],
            await QueryAsync(
                "SELECT outcome, coalesce(error, '') FROM orleans_batch.batch_attempt ORDER BY finished_at",
                r => (r.GetString(0), r.GetString(1))));

        async Task TakenUpAsync(int times) =>
            await Eventually.EqualsAsync(times, () => Task.FromResult(sink.Applied.Count), _soon, $"the batch is taken up, time {times}");
    }

    // With one attempt and three losses the restart must not count as a loss.
    private Task<TestSilos> StartAsync(RecordingSink sink) => TestSilos.StartAsync(
        _database, sink: sink,
        through: new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Host = "127.0.0.1", Port = _proxy.Port }.ConnectionString,
        configure: o =>
        {
            o.StatementTimeout = TimeSpan.FromSeconds(2);
            o.IdleTimeout = TimeSpan.FromSeconds(3);
            o.HeartbeatPeriod = TimeSpan.FromMilliseconds(300);
            o.SweepPeriod = TimeSpan.FromHours(1);
            o.MaxAttempts = 1;
            o.MaxLosses = 3;
        });

    // A claim does not wait for the disk: see docs/adr/0045-a-tenure-is-two-round-trips.md.
    // A crash before the claim reached the disk would leave nothing of it to interrupt.
    private async Task RestartAsync()
    {
        var written = (await QueryAsync("SELECT pg_current_wal_insert_lsn()::text", r => r.GetString(0)))[0];
        await Eventually.EqualsAsync(
            true,
            async () => (await QueryAsync($"SELECT pg_current_wal_flush_lsn() >= '{written}'::pg_lsn", r => r.GetBoolean(0)))[0],
            _soon,
            "what the groups wrote is on the disk");
        await _postgres.RestartAsync();
        _database.Source.Clear();
    }

    private Task SucceedsAsync(Guid run) =>
        Eventually.EqualsAsync("succeeded", () => _database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");

    private Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read) => _database.RowsAsync(sql, read);
}
