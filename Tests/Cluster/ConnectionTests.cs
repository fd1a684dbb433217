using OrleansBatch.Grains.Recovery;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// G8: a connection has one user and one command at a time, and a silo's engine has 16 + 2 connections.
public sealed class ConnectionTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Every_running_group_has_a_connection_of_its_own_and_there_are_never_more_than_slots()
    {
        var team = TestIds.NextTeam();
        var gate = new TaskCompletionSource();
        var sink = new RecordingSink { OnApply = (_, ct) => gate.Task.WaitAsync(ct) };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o => o.SweepPeriod = TimeSpan.FromHours(1));
        var runs = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToList();
        foreach (var (run, group) in runs.Select((r, g) => (r, g)))
        {
            await Database.EnqueueAsync(team, $"s{group}", run, 0, final: true);
        }

        await Eventually.EqualsAsync(16, () => Task.FromResult(sink.Applied.Count), _soon, "all slots are taken");
        var silo = silos.NameOf(silos.Handles[0]);
        Assert.Equal(16, await Database.ScalarAsync<long>(
            "SELECT count(DISTINCT o.backend_pid) FROM orleans_batch.lock_owner AS o WHERE o.silo = $1", silo));
        Assert.Equal((16, 1, 0), await CountsAsync(silo));
        await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal((16, 1, 1), await CountsAsync(silo));

        gate.SetResult();
        foreach (var run in runs)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        }

        Assert.True((await CountsAsync(silo)).Group <= 16);
        await Eventually.EqualsAsync(
            0L, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.held_lock"), _soon, "every lock is given back");
    }

    [Fact]
    public async Task Heartbeats_never_meet_another_command_on_the_connection()
    {
        var team = TestIds.NextTeam();
        await Database.AddSinkAsync("probe");
        var runs = Enumerable.Range(0, 8).Select(_ => Guid.NewGuid()).ToList();
        foreach (var (run, group) in runs.Select((r, g) => (r, g)))
        {
            for (var index = 0; index < 40; index++)
            {
                await Database.EnqueueAsync(
                    team, $"s{group}", run, index, final: index == 39, metadata: """{"probe": {"sleep_ms": 2}}""");
            }
        }

        await using var silos = await TestSilos.StartAsync(Database, configure: o => o.HeartbeatPeriod = TimeSpan.FromMilliseconds(1));
        foreach (var run in runs)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _soon, "the run succeeds");
        }

        // An overlap would break the session, and the next owner would record a loss.
        Assert.Equal(0, await Database.ScalarAsync<long>(
            """
            SELECT count(*) FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
            WHERE g.team_id = $1 AND a.outcome <> 'succeeded'
            """,
            team));
    }

    [Fact]
    public async Task A_sink_runs_on_threads_of_its_own_also_after_an_await()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        var threads = new List<string?>();
        var sink = new RecordingSink
        {
            OnApply = async (context, ct) =>
            {
                threads.Add(Thread.CurrentThread.Name);
                await context.EnsureOwnedAsync(ct);
                threads.Add(Thread.CurrentThread.Name);
            },
        };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        await Database.EnqueueAsync(team, "s", run, 0, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Equal(2, threads.Count);
        Assert.All(threads, name => Assert.StartsWith("batch-sink-", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stopping_silo_finishes_its_batches_and_the_other_goes_on_without_a_loss()
    {
        var team = TestIds.NextTeam();
        await Database.AddSinkAsync("probe");
        await using var silos = await TestSilos.StartAsync(Database, count: 2);
        var runs = Enumerable.Range(0, 6).Select(_ => Guid.NewGuid()).ToList();
        foreach (var (run, group) in runs.Select((r, g) => (r, g)))
        {
            for (var index = 0; index < 30; index++)
            {
                await Database.EnqueueAsync(
                    team, $"s{group}", run, index, final: index == 29, metadata: """{"probe": {"sleep_ms": 50}}""");
            }
        }

        var leaving = silos.Handles[1];
        await Eventually.UntilAsync(
            async () => await Database.ScalarAsync<long>(
                "SELECT count(*) FROM orleans_batch.lock_owner WHERE team_id = $1 AND silo = $2", team, silos.NameOf(leaving)) > 0,
            _soon, "the silo that will leave owns something");
        await silos.StopAsync(leaving);

        await Eventually.EqualsAsync((0, 0, 0), () => CountsAsync(silos.NameOf(leaving)), _soon, "all its connections are closed");
        foreach (var run in runs)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _soon, "the run succeeds");
        }

        Assert.Equal(180, await Database.ScalarAsync<long>(
            "SELECT count(*) FROM orleans_batch.probe_ledger WHERE team_id = $1 AND outcome = 'succeeded'", team));
        Assert.Equal(180, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.probe_ledger WHERE team_id = $1", team));
    }

    private async Task<(int Group, int Poller, int Recovery)> CountsAsync(string silo)
    {
        var names = await Database.RowsAsync(
            "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE '%@' || $1 AND datname = current_database()",
            r => r.GetString(0), silo);
        return (names.Count(n => n.StartsWith("orleans-batch-group@", StringComparison.Ordinal)),
            names.Count(n => n.StartsWith("orleans-batch-poller@", StringComparison.Ordinal)),
            names.Count(n => n.StartsWith("orleans-batch-recovery@", StringComparison.Ordinal)));
    }
}
