using System.Collections.Concurrent;
using Npgsql;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// A silo behind a proxy whose connections can be lost one by one at a chosen statement.
// In one of its two slots a bystander works from the beginning to the end, whom no test may disturb. The other is for the group under test.
public sealed class LossySilo : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, Func<BatchContext, CancellationToken, Task>> _orders = new();
    private readonly long _bystander = TestIds.NextTeam();
    private TestSilos? _silos;
    private long _epoch;

    private LossySilo(QueueDatabase database)
    {
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        (Database, Proxy) = (database, new FaultProxy(server.Host!, server.Port));
    }

    public QueueDatabase Database { get; }

    public FaultProxy Proxy { get; }

    public RecordingSink Sink { get; } = new();

    public IClusterClient Client => _silos!.Client;

    public RecordingLogs Log => _silos!.Log;

    private static TimeSpan Soon => TimeSpan.FromSeconds(40);

    public static async Task<LossySilo> StartAsync(QueueDatabase database, Action<OrleansBatchOptions>? configure = null)
    {
        var silo = new LossySilo(database);
        await silo.StartAsync(configure);
        return silo;
    }

    // The sink's order for the batches of a team. Without an order they succeed at once.
    public void Order(long team, Func<BatchContext, CancellationToken, Task> order) => _orders[team] = order;

    public IEnumerable<BatchContext> AppliedTo(long team) => Sink.Applied.Where(b => b.Batch.Group.TeamId == team);

    // Ends the backend that waits for a lock in this statement. The look and the end are one statement, so nobody else is hit.
    public async Task<int> EndWhoWaitsInAsync(string statement)
    {
        var ended = 0;
        await Eventually.UntilAsync(
            async () => (ended = await Database.ScalarAsync<int>(
                """
                WITH who AS MATERIALIZED (
                  SELECT a.pid FROM pg_catalog.pg_stat_activity AS a
                  WHERE a.datname = current_database() AND a.wait_event_type = 'Lock' AND starts_with(a.query, $1)
                )
                SELECT w.pid FROM who AS w WHERE pg_terminate_backend(w.pid)
                """,
                FirstLineOf(statement))) != 0,
            Soon,
            $"somebody waits in {statement}");
        return ended;
    }

    // The port by which the proxy knows the connection that waits for a lock in this statement.
    public async Task<int> PortOfWhoWaitsInAsync(string statement)
    {
        var port = 0;
        await Eventually.UntilAsync(
            async () => (port = await Database.ScalarAsync<int>(
                """
                SELECT a.client_port FROM pg_catalog.pg_stat_activity AS a
                WHERE a.datname = current_database() AND a.wait_event_type = 'Lock' AND starts_with(a.query, $1)
                """,
                FirstLineOf(statement))) != 0,
            Soon,
            $"somebody waits in {statement}");
        return port;
    }

    // The backend and port of the group's owner, of the poller or of the recovery.
    public Task<(int Pid, int Port)> OwnerAsync(long team) => OneAsync(
        """
        SELECT a.pid, a.client_port FROM pg_stat_activity AS a JOIN orleans_batch.lock_owner AS o ON o.backend_pid = a.pid
        WHERE o.team_id = $1
        """,
        team);

    public Task<(int Pid, int Port)> ConnectionAsync(string role) => OneAsync(
        "SELECT pid, client_port FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE $1 || '@%'", role);

    public Task ReleasedAsync(long team) => Eventually.EqualsAsync(
        0L,
        () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.lock_owner WHERE team_id = $1", team),
        Soon,
        "the lock is given back");

    public async Task LoseAsync(Loss loss, (int Pid, int Port) connection)
    {
        switch (loss)
        {
            case Loss.Ended:
                Assert.True(await Database.ScalarAsync<bool>("SELECT pg_terminate_backend($1)", connection.Pid));
                break;
            case Loss.Reset:
                Proxy.Close(connection.Port);
                break;
            case Loss.HalfOpen:
                Proxy.Freeze(connection.Port);
                break;
        }
    }

    // Every batch took effect once. No attempt counts for a loss, no former epoch wrote, nothing leaked, and nobody was disturbed.
    public async Task AssertOnceAsync(long team, Guid run, int losses)
    {
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), Soon, "the run succeeds");
        var history = await Database.RowsAsync(
            """
            SELECT a.to_seq, a.outcome, a.attempt, a.epoch
            FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
            WHERE g.team_id = $1 ORDER BY a.finished_at
            """,
            r => (Seq: r.GetInt64(0), Outcome: r.GetString(1), Attempt: r.GetInt32(2), Epoch: r.GetInt64(3)), team);
        Assert.All(history, h => Assert.Contains(h.Outcome, (string[])["succeeded", "lost"]));
        Assert.All(history, h => Assert.Equal(1, h.Attempt));
        Assert.Equal(losses, history.Count(h => h.Outcome == "lost"));
        Assert.Equal(history.Select(h => h.Epoch).Order(), history.Select(h => h.Epoch));
        Assert.Equal(
            history.Select(h => h.Seq).Distinct().Order(), history.Where(h => h.Outcome == "succeeded").Select(h => h.Seq).Order());
        Assert.All(AppliedTo(team), b => Assert.Equal(1, b.Attempt));
        await AssertNothingLeakedAsync();
    }

    public async Task AssertNothingLeakedAsync()
    {
        await Eventually.UntilAsync(
            async () => await Database.ScalarAsync<bool>(
                """
                SELECT count(*) FILTER (WHERE application_name LIKE 'orleans-batch-group@%') BETWEEN 1 AND 2
                  AND count(*) FILTER (WHERE application_name LIKE 'orleans-batch-poller@%') = 1
                  AND count(*) FILTER (WHERE application_name LIKE 'orleans-batch-recovery@%') <= 1
                FROM pg_stat_activity WHERE datname = current_database()
                """),
            Soon,
            "there is one session a slot at most, one poller and one recovery");
        Assert.Equal(_epoch, await EpochAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Proxy.Heal();
        await _silos!.DisposeAsync();
        await Proxy.DisposeAsync();
        await Eventually.EqualsAsync(
            0L,
            () => Database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'orleans-batch-%@%'"),
            Soon,
            "a stopped silo has no connection left");
    }

    private static string FirstLineOf(string statement) => QueueStatements.Load(statement).ToString().Split('\n')[0];

    private async Task StartAsync(Action<OrleansBatchOptions>? configure)
    {
        Sink.OnApply = (context, ct) =>
            _orders.TryGetValue(context.Batch.Group.TeamId, out var order) ? order(context, ct) : Task.CompletedTask;
        Order(_bystander, (_, ct) => Task.Delay(Timeout.InfiniteTimeSpan, ct));
        var through = new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Host = "127.0.0.1", Port = Proxy.Port };
        _silos = await TestSilos.StartAsync(Database, sink: Sink, through: through.ConnectionString, configure: o =>
        {
            o.Slots = 2;
            o.StatementTimeout = TimeSpan.FromSeconds(2);
            o.IdleTimeout = TimeSpan.FromSeconds(3);
            o.HeartbeatPeriod = TimeSpan.FromMilliseconds(400);
            o.SweepPeriod = TimeSpan.FromHours(1);
            o.DrainTimeout = TimeSpan.Zero;
            o.MaxAttempts = 1;
            configure?.Invoke(o);
        });
        await Database.EnqueueAsync(_bystander, "s", Guid.NewGuid(), 0, final: true);
        await Eventually.UntilAsync(() => Task.FromResult(AppliedTo(_bystander).Any()), Soon, "the bystander works");
        _epoch = await EpochAsync();
    }

    private Task<long> EpochAsync() => Database.ScalarAsync<long>(
        """
        SELECT c.epoch FROM orleans_batch.sink_cursor AS c JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1
        """,
        _bystander);

    private async Task<(int Pid, int Port)> OneAsync(string sql, params object?[] values)
    {
        var found = (0, 0);
        await Eventually.UntilAsync(
            async () => (found = (await Database.RowsAsync(sql, r => (r.GetInt32(0), r.GetInt32(1)), values)).FirstOrDefault()) != (0, 0),
            Soon,
            "the connection is there");
        return found;
    }
}
