using System.Collections.Concurrent;
using Npgsql;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// G2: one owner advances a group, and a former owner's writes are refused. G4: a lost owner's batches are applied again.
public sealed class OwnershipTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Two_silos_share_the_groups_and_never_a_group()
    {
        var team = TestIds.NextTeam();
        var runs = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToList();
        var (gate, busy, overlaps) = (new TaskCompletionSource(), new ConcurrentDictionary<string, int>(), 0);
        var sink = new RecordingSink
        {
            OnApply = async (context, ct) =>
            {
                var schema = context.Batch.Group.SchemaId;
                overlaps += busy.AddOrUpdate(schema, 1, (_, n) => n + 1) - 1;
                await gate.Task.WaitAsync(ct);
                busy[schema]--;
            },
        };
        await Database.AddSinkAsync(RecordingSink.Name);
        foreach (var (run, group) in runs.Select((r, g) => (r, g)))
        {
            for (var index = 0; index < 6; index++)
            {
                await Database.EnqueueAsync(team, $"s{group}", run, index, final: index == 5);
            }
        }

        await using var silos = await TestSilos.StartAsync(Database, count: 2, sink: sink, configure: o => o.Slots = 4);
        await Eventually.EqualsAsync(
            (8L, 2L),
            async () => (await Database.RowsAsync(
                "SELECT count(*), count(DISTINCT silo) FROM orleans_batch.lock_owner WHERE team_id = $1",
                r => (r.GetInt64(0), r.GetInt64(1)), team))[0],
            _soon,
            "both silos fill their slots");
        gate.SetResult();

        foreach (var run in runs)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        }

        Assert.Equal(0, overlaps);
        Assert.Equal(120, sink.Applied.Count);
    }

    [Fact]
    public async Task A_batch_whose_owner_lost_its_session_is_cancelled_and_applied_again_as_a_loss()
    {
        var team = TestIds.NextTeam();
        var run = Guid.NewGuid();
        var sink = RecordingSink.HangingOnce(out var cancelled);
        await using var silos = await TestSilos.StartAsync(
            Database, sink: sink, configure: o => o.HeartbeatPeriod = TimeSpan.FromMilliseconds(50));
        await Database.EnqueueAsync(team, "s", run, 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the batch is taken up");

        await Database.ScalarAsync<bool>("SELECT pg_terminate_backend(backend_pid) FROM orleans_batch.lock_owner WHERE team_id = $1", team);

        await cancelled.WaitAsync(_soon, TestContext.Current.CancellationToken);
        await Eventually.EqualsAsync(
            "succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the next owner applies the batch");
        var attempts = sink.Applied.ToList();
        Assert.Equal([1, 1], attempts.Select(a => a.Attempt));
        Assert.True(attempts[1].FencingToken > attempts[0].FencingToken);
        Assert.Equal(
            ["lost", "succeeded"],
            await Database.RowsAsync(
                """
                SELECT a.outcome FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
                WHERE g.team_id = $1 ORDER BY a.finished_at
                """,
                r => r.GetString(0), team));
    }

    [Fact]
    public async Task An_owner_whose_epoch_is_over_writes_nothing_and_leaves()
    {
        var team = TestIds.NextTeam();
        var run = Guid.NewGuid();
        var release = new TaskCompletionSource();
        Exception? seen = null;
        var sink = new RecordingSink();
        sink.OnApply = async (context, ct) =>
        {
            if (sink.Applied.Count == 1)
            {
                await release.Task;
                seen = await Record.ExceptionAsync(() => context.EnsureOwnedAsync(ct));
            }
        };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        await Database.EnqueueAsync(team, "s", run, 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the batch is taken up");

        // The test raises the epoch as another owner would. From here on the first owner's epoch matches nothing.
        var epoch = await Database.ScalarAsync<long>(
            """
            UPDATE orleans_batch.sink_cursor AS c SET epoch = c.epoch + 1 FROM orleans_batch.batch_group AS g
            WHERE g.group_id = c.group_id AND g.team_id = $1 RETURNING c.epoch
            """,
            team);
        release.SetResult();

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "a new owner succeeds");
        Assert.IsType<OwnershipLostException>(seen);
        var attempts = sink.Applied.ToList();
        Assert.Equal(epoch - 1, attempts[0].FencingToken);
        Assert.True(attempts[1].FencingToken > epoch);
    }

    [Fact]
    public async Task A_beat_that_finds_a_newer_epoch_cancels_the_sink()
    {
        var team = TestIds.NextTeam();
        var sink = RecordingSink.HangingOnce(out var cancelled);
        await using var silos = await TestSilos.StartAsync(
            Database, sink: sink, configure: o => o.HeartbeatPeriod = TimeSpan.FromMilliseconds(50));
        await Database.EnqueueAsync(team, "s", Guid.NewGuid(), 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the batch is taken up");

        await Database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET epoch = epoch + 1");

        await cancelled.WaitAsync(_soon, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_lock_that_another_session_holds_keeps_the_group_from_starting()
    {
        var team = TestIds.NextTeam();
        var run = Guid.NewGuid();
        var sink = await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(team, "s", run, 0, final: true);
        var group = await Database.ScalarAsync<int>("SELECT group_id FROM orleans_batch.batch_group WHERE team_id = $1", team);
        await using var holder = new NpgsqlConnection(Database.ConnectionString);
        await holder.OpenAsync(TestContext.Current.CancellationToken);
        Assert.True(await holder.ScalarAsync<bool>("SELECT pg_try_advisory_lock($1, $2)", 1329725440 + sink, group));

        await using var silos = await TestSilos.StartAsync(Database);
        var other = Guid.NewGuid();
        await Database.EnqueueAsync(team, "other", other, 0, final: true);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(other), _soon, "the other group runs");
        Assert.Equal("waiting", await Database.RunStateAsync(run));

        Assert.True(await holder.ScalarAsync<bool>("SELECT pg_advisory_unlock($1, $2)", 1329725440 + sink, group));
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _soon, "the group runs once the lock is free");
    }
}
