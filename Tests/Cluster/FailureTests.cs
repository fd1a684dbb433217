using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// G3: every batch ends as succeeded, failed or skipped, with the reason on record.
public sealed class FailureTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_failing_batch_is_tried_again_and_then_succeeds()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await using var silos = await TestSilos.StartAsync(Database);

        await Database.EnqueueAsync(team, "s", run, 0, metadata: """{"probe": {"fail_attempts": 2}}""");
        await Database.EnqueueAsync(team, "s", run, 1, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _soon, "the run succeeds");
        Assert.Equal([(0, 1), (0, 2), (0, 3), (1, 1)], await AttemptsAsync(team));
        Assert.Equal([(0, "succeeded", 3), (1, "succeeded", 1)], await StatesAsync(run));
    }

    [Fact]
    public async Task A_batch_that_uses_up_its_attempts_fails_its_run_and_the_next_run_goes_on()
    {
        var (team, failing, next) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await using var silos = await TestSilos.StartAsync(Database);

        await Database.EnqueueAsync(team, "s", failing, 0);
        await Database.EnqueueAsync(team, "s", failing, 1, metadata: """{"probe": {"fail_attempts": 99}}""");
        await Database.EnqueueAsync(team, "s", failing, 2, final: true);
        await Database.EnqueueAsync(team, "s", next, 0, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(next), _soon, "the next run succeeds");
        Assert.Equal("failed", await Database.RunStateAsync(failing));
        Assert.Equal([(0, "succeeded", 1), (1, "failed", 3), (2, "skipped", 0)], await StatesAsync(failing));
        Assert.Equal([(0, 1), (1, 1), (1, 2), (1, 3), (0, 1)], await AttemptsAsync(team));
        Assert.Equal(
            "Attempt 3 was ordered to fail.",
            await Database.ScalarAsync<string>("SELECT first_error FROM orleans_batch.run_status WHERE run_id = $1", failing));
        Assert.Equal(
            ["Attempt 3 was ordered to fail.", "The run has ended here: failed."],
            await Database.RowsAsync(
                "SELECT last_error FROM orleans_batch.batch_status WHERE run_id = $1 AND state <> 'succeeded' ORDER BY seq",
                r => r.GetString(0), failing));
    }

    [Fact]
    public async Task A_permanent_error_fails_the_run_at_its_first_attempt()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await using var silos = await TestSilos.StartAsync(Database);

        await Database.EnqueueAsync(team, "s", run, 0, final: true, metadata: """{"probe": {"permanent": true}}""");

        await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(run), _soon, "the run fails");
        Assert.Equal([(0, 1)], await AttemptsAsync(team));
        Assert.Equal([(0, "failed", 1)], await StatesAsync(run));
    }

    [Fact]
    public async Task A_run_that_blocks_on_failure_stops_its_group_and_no_other()
    {
        var (team, failing, next, other) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(
            team, "s", failing, 0, final: true, metadata: """{"probe": {"permanent": true}}""", options: """{"on_failure": "block"}""");
        await using var silos = await TestSilos.StartAsync(Database);
        await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(failing), _soon, "the run fails");

        await Database.EnqueueAsync(team, "s", next, 0, final: true);
        await Database.EnqueueAsync(team, "other", other, 0, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(other), _soon, "the other group goes on");
        await Eventually.EqualsAsync(
            0L, () => Database.ScalarAsync<long>(
                "SELECT count(*) FROM orleans_batch.wakeup WHERE team_id = $1", team), _soon, "the blocked group's wakeups are taken away");
        Assert.Equal("waiting", await Database.RunStateAsync(next));
        Assert.Equal(
            "blocked",
            await Database.ScalarAsync<string>(
                "SELECT state FROM orleans_batch.group_status WHERE team_id = $1 AND schema_id = 's'", team));

        Assert.True(await Database.ScalarAsync<bool>(
            "SELECT orleans_batch.unblock(team_id => $1, schema_id => 's', sink => 'probe')", team));
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(next), _soon, "the freed group goes on");
        Assert.Equal("failed", await Database.RunStateAsync(failing));
        Assert.False(await Database.ScalarAsync<bool>(
            "SELECT orleans_batch.unblock(team_id => $1, schema_id => 's', sink => 'probe')", team));
    }

    [Fact]
    public async Task A_sink_that_is_not_ready_is_asked_again_without_an_attempt_being_counted()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        var sink = new RecordingSink();
        sink.OnApply = (_, _) => sink.Applied.Count <= 2
            ? throw new SinkNotReadyException("Not now.", TimeSpan.FromMilliseconds(1))
            : Task.CompletedTask;
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);

        await Database.EnqueueAsync(team, "s", run, 0, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.All(sink.Applied, a => Assert.Equal(1, a.Attempt));
    }

    [Fact]
    public async Task A_sink_hears_the_end_of_a_run_before_the_next_run_begins()
    {
        var (team, first, second, sealedLater) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var heard = new List<string>();
        var sink = new RecordingSink
        {
            OnApply = (c, _) =>
            {
                heard.Add($"apply {c.Batch.Seq}");
                return c.Batch.Seq == 2 ? throw new PermanentBatchException("Bad.") : Task.CompletedTask;
            },
            OnEnd = (c, _) =>
            {
                heard.Add($"end {c.End}");
                return Task.CompletedTask;
            },
        };
        await Database.AddSinkAsync(RecordingSink.Name);
        await Database.EnqueueAsync(team, "s", first, 0, final: true);
        await Database.EnqueueAsync(team, "s", second, 0, final: true);
        await Database.EnqueueAsync(team, "s", sealedLater, 0);
        await Database.ScalarAsync<long>("SELECT orleans_batch.seal_run($1)", sealedLater);

        await using var silos = await TestSilos.StartAsync(Database, sink: sink);

        await Eventually.EqualsAsync(
            "succeeded", () => Database.RunStateAsync(sealedLater, RecordingSink.Name), _soon, "the last run succeeds");
        Assert.Equal(["apply 1", "end Sealed", "apply 2", "end Failed", "apply 3", "end Sealed"], heard);
        await Eventually.UntilAsync(
            () => Task.FromResult(sink.Released.Any(g => g.TeamId == team)), _soon, "the sink is told to close the group");
    }

    [Fact]
    public async Task A_batch_that_keeps_losing_its_owner_fails_its_run_at_the_limit()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        var sink = new RecordingSink { OnApply = (_, ct) => Task.Delay(Timeout.InfiniteTimeSpan, ct) };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o =>
        {
            o.MaxLosses = 2;
            o.HeartbeatPeriod = TimeSpan.FromMilliseconds(20);
        });
        await Database.EnqueueAsync(team, "s", run, 0, final: true);

        for (var loss = 1; loss <= 2; loss++)
        {
            await Eventually.EqualsAsync(loss, () => Task.FromResult(sink.Applied.Count), _soon, "the batch is taken up");
            await Database.ScalarAsync<bool>(
                "SELECT pg_terminate_backend(backend_pid) FROM orleans_batch.lock_owner WHERE team_id = $1", team);
        }

        await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run fails");
        Assert.Equal(2, sink.Applied.Count);
        Assert.Contains(
            "lost 2 times",
            await Database.ScalarAsync<string>(
                "SELECT first_error FROM orleans_batch.run_status WHERE run_id = $1 AND sink = 'recording'", run),
            StringComparison.Ordinal);
    }

    private Task<List<(int Index, int Attempt)>> AttemptsAsync(long team) => Database.RowsAsync(
        "SELECT batch_index, attempt FROM orleans_batch.probe_ledger WHERE team_id = $1 ORDER BY id", r => (r.GetInt32(0), r.GetInt32(1)),
        team);

    private Task<List<(int Index, string State, int Attempt)>> StatesAsync(Guid run) => Database.RowsAsync(
        "SELECT batch_index, state, attempt FROM orleans_batch.batch_status WHERE run_id = $1 AND sink = 'probe' ORDER BY seq",
        r => (r.GetInt32(0), r.GetString(1), r.GetInt32(2)), run);
}
