using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A failed batch leaves its attempts and its error on record, and nothing that anybody must clean up.
public sealed class AttemptLimitTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_batch_whose_attempts_are_used_up_already_fails_its_run_without_being_applied()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        var sink = new RecordingSink();
        await Database.AddSinkAsync(RecordingSink.Name);
        await Database.EnqueueAsync(team, "s", run, 0, final: true);
        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch, attempt)
            SELECT g.group_id, s.sink_id, 1, 3 FROM orleans_batch.batch_group AS g, orleans_batch.sink AS s
            """);

        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o => o.MaxAttempts = 3);

        await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run fails");
        Assert.Empty(sink.Applied);
        Assert.Equal(RunEnd.Failed, Assert.Single(sink.Ended).End);
        Assert.Equal(
            "All 3 attempts are used up.",
            await Database.ScalarAsync<string>("SELECT first_error FROM orleans_batch.run_status WHERE run_id = $1", run));
    }

    [Fact]
    public async Task A_batch_that_waits_for_its_next_attempt_holds_no_lock_and_lets_nothing_pass()
    {
        var (team, run, later) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid());
        var sink = new RecordingSink { OnApply = (_, _) => throw new IOException("The disk is full.") };
        await Database.AddSinkAsync(RecordingSink.Name);
        await Database.EnqueueAsync(team, "s", run, 0, final: true);
        await Database.EnqueueAsync(team, "s", later, 0, final: true);

        await using var silos = await TestSilos.StartAsync(
            Database, sink: sink, configure: o => (o.BackoffBase, o.BackoffCap) = (TimeSpan.FromDays(999), TimeSpan.FromDays(999)));

        await Eventually.EqualsAsync(
            "retry", () => Database.ScalarAsync<string>("SELECT max(reason) FROM orleans_batch.parked WHERE team_id = $1", team), _soon,
            "it waits");
        await Eventually.EqualsAsync(
            0L, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.held_lock"), _soon, "the lock is given back");
        Assert.Single(sink.Applied);
        Assert.Equal("waiting", await Database.RunStateAsync(later, RecordingSink.Name));
    }
}
