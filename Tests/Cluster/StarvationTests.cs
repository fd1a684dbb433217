using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// G5: no failure, slowness or hang of one group delays another while slots are free.
public sealed class StarvationTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_busy_team_hides_no_other_beside_a_free_slot()
    {
        var (busy, late, early) = (TestIds.NextTeam(), TestIds.NextTeam(), TestIds.NextTeam());
        var gate = new TaskCompletionSource();
        var sink = new RecordingSink { OnApply = (c, ct) => c.Batch.Group.TeamId == busy ? gate.Task.WaitAsync(ct) : Task.CompletedTask };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o => o.Slots = 2);
        await Database.EnqueueAsync(busy, "s", Guid.NewGuid(), 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the busy team takes a slot");

        foreach (var team in new[] { early, late })
        {
            var run = Guid.NewGuid();
            await Database.EnqueueAsync(team, "s", run, 0, final: true);
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, $"team {team} runs");
        }

        gate.SetResult();
    }

    [Fact]
    public async Task Wakeups_of_a_sink_that_nobody_serves_hide_no_work()
    {
        await Database.AddSinkAsync("nobody");
        for (var i = 0; i < 40; i++)
        {
            await Database.EnqueueAsync(TestIds.NextTeam(), "s", Guid.NewGuid(), 0);
        }

        var sink = new RecordingSink();
        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o => o.Slots = 1);
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        await Database.EnqueueAsync(team, "s", run, 0, final: true);

        await Eventually.EqualsAsync(
            "succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the served sink's work is found");
    }

    [Fact]
    public async Task A_group_whose_deaf_sink_lost_its_lock_does_not_starve_its_team()
    {
        var team = TestIds.NextTeam();
        var gate = new TaskCompletionSource();
        var sink = new RecordingSink
        {
            OnApply = (c, _) => c.Batch.Group.SchemaId == "a" && c.Attempt == 1 ? gate.Task : Task.CompletedTask,
        };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o =>
        {
            o.Slots = 2;
            o.HeartbeatPeriod = TimeSpan.FromMilliseconds(50);
        });
        await Database.EnqueueAsync(team, "a", Guid.NewGuid(), 0, final: true);
        await Eventually.EqualsAsync(1, () => Task.FromResult(sink.Applied.Count), _soon, "the sink hangs");
        await Database.ScalarAsync<bool>("SELECT pg_terminate_backend(backend_pid) FROM orleans_batch.lock_owner WHERE team_id = $1", team);

        var run = Guid.NewGuid();
        await Database.EnqueueAsync(team, "b", run, 0, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the other group runs");
        gate.SetResult();
    }

    [Fact]
    public async Task Sinks_that_block_on_the_ownership_check_on_every_thread_go_on()
    {
        var team = TestIds.NextTeam();
        var both = new CountdownEvent(2);
        var sink = new RecordingSink
        {
            OnApply = (c, ct) =>
            {
                both.Signal();
                both.Wait(ct);
                c.EnsureOwnedAsync(ct).GetAwaiter().GetResult();
                return Task.CompletedTask;
            },
        };
        await Database.AddSinkAsync(RecordingSink.Name);
        var runs = new[] { Guid.NewGuid(), Guid.NewGuid() };
        await Database.EnqueueAsync(team, "a", runs[0], 0, final: true);
        await Database.EnqueueAsync(team, "b", runs[1], 0, final: true);

        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o => o.Slots = 2);

        foreach (var run in runs)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        }
    }
}
