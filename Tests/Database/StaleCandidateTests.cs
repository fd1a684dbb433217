using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A candidate is a guess that binds nobody: the lock and the cursor decide.
public sealed class StaleCandidateTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Looking_for_candidates_takes_no_lock()
    {
        var sink = await EnqueueAsync();
        await using var poller = await TestPoll.OpenAsync(database);
        Assert.Contains(_team, await CandidatesAsync(poller, sink));

        await using var owner = await TestOwner.OpenAsync(database, _team, "orders");

        Assert.True(await owner.TryLockAsync());
        Assert.Equal(0, await database.ScalarAsync<long>(
            """
            SELECT count(*) FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND a.datname = current_database() AND a.application_name LIKE 'orleans-batch-poller@%'
            """));
    }

    [Fact]
    public async Task A_group_that_was_finished_between_poll_and_lock_is_not_worked_on_again()
    {
        var sink = await EnqueueAsync();
        await using var poller = await TestPoll.OpenAsync(database);
        var found = await CandidatesAsync(poller, sink);
        await using (var first = await TestOwner.OwnAsync(database, _team, "orders"))
        {
            await first.ApplyAllAsync();
            await first.Cursor.LeaveAsync(Ct);
            await first.UnlockAsync();
        }

        Assert.Contains(_team, found);
        await using var second = await TestOwner.OwnAsync(database, _team, "orders", "silo-b");

        Assert.Null((await second.Cursor.FetchAsync(Ct)).Entry);
        Assert.True(await second.Cursor.DropWakeupsIfDrainedAsync(Ct));
    }

    // Between its lock and its first statement a fresh owner's cursor still shows the heartbeat of the former one.
    [Fact]
    public async Task A_fresh_owner_that_shows_its_predecessors_heartbeat_is_not_ended()
    {
        await EnqueueAsync();
        await using (await TestOwner.OwnAsync(database, _team, "orders"))
        {
        }

        await database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET heartbeat_at = clock_timestamp() - interval '1 hour'");
        await using var fresh = await TestOwner.OpenAsync(database, _team, "orders", "silo-b");
        await fresh.SetAsync("SET application_name = 'orleans-batch-group@silo-b'");
        await Eventually.UntilAsync(fresh.TryLockAsync, TimeSpan.FromSeconds(10), "the lock of the closed session is free");

        Assert.Empty(await EndSilentAsync(lifetimeSeconds: 60));
        await fresh.Cursor.OwnAsync(Ct);

        // By both signs the owner is silent, and is ended.
        await database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET heartbeat_at = clock_timestamp() - interval '1 hour'");
        await Eventually.UntilAsync(
            async () => (await EndSilentAsync(lifetimeSeconds: 0.05)).Contains(fresh.Backend),
            TimeSpan.FromSeconds(10), "the silent one is ended");
    }

    private async Task<short> EnqueueAsync()
    {
        var sink = await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        return sink;
    }

    private static async Task<List<long>> CandidatesAsync(TestPoll poller, short sink) =>
        [.. (await poller.FindAsync(new PollQuery { MaxGroups = 100, Sinks = [sink] })).Candidates.Select(c => c.Group.TeamId)];

    private async Task<List<int>> EndSilentAsync(double lifetimeSeconds)
    {
        await using var poller = await StagedSession.OpenAsync(database);
        return await QueueStatements.Load("end_stale_holders").On(poller.Connection, lifetimeSeconds).AllAsync(r => r.GetInt32(2), Ct);
    }
}
