using OrleansBatch.Grains.Sessions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// The wakeup of the group went in the transaction that enqueued. No poll finds such a group, and only its notification names it.
public sealed class NotifiedGroupTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _told = Guid.NewGuid();
    private int _index;

    [Fact]
    public async Task A_notification_starts_its_group_without_a_poll()
    {
        await using var silos = await TestSilos.StartAsync(Database);

        // The test waits until no poll is due, because a due poll comes first.
        await Eventually.UntilAsync(
            async () =>
            {
                await EnqueueAndTellAsync();
                return await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.sink_cursor WHERE next_seq > 1") > 0;
            },
            _soon,
            "the group starts");
    }

    [Fact]
    public async Task Where_teams_are_limited_the_poll_decides()
    {
        var (first, found) = (Guid.NewGuid(), Guid.NewGuid());
        await using var silos = await TestSilos.StartAsync(
            Database, configure: o => (o.MaxSlotsPerTeam, o.PollPeriod) = (2, TimeSpan.FromSeconds(1)));
        await Database.EnqueueAsync(_team, "first", first, 0, final: true);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(first), _soon, "the poller waits for what comes");

        await EnqueueAndTellAsync();
        await Database.EnqueueAsync(_team, "found", found, 0, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(found), _soon, "the other group is found");
        Assert.Equal("waiting", await Database.RunStateAsync(_told));
    }

    // A told group whose lock another session has is tried in vain. The failure must not set off poll after poll.
    [Fact]
    public async Task A_lost_race_is_followed_by_a_look_and_not_by_polls_without_end()
    {
        await using var silos = await TestSilos.StartAsync(Database);
        var sink = await Database.AddSinkAsync("probe");
        await using var holder = await StagedSession.BeginAsync(Database);
        var group = await holder.ScalarAsync<int>("SELECT orleans_batch.ensure_group($1, 'told')", _team);
        await holder.CommitAsync();
        await holder.ExecuteAsync("SELECT pg_advisory_lock($1, $2)", new LockKey(sink, group).Namespace, group);

        for (var told = 0; told < 5; told++)
        {
            await EnqueueAndTellAsync();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        // The poller's own session counts the polls, which without end would be several hundred a second.
        var before = await TransactionsAsync();
        await Task.Delay(3000, TestContext.Current.CancellationToken);
        Assert.InRange(await TransactionsAsync() - before, 0, 150);

        // A poller that had stopped would pass the count as well: the next notification finds this one at work.
        await holder.ExecuteAsync("SELECT pg_advisory_unlock($1, $2)", new LockKey(sink, group).Namespace, group);
        await EnqueueAndTellAsync();
        await Eventually.UntilAsync(
            async () => await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.sink_cursor WHERE next_seq > 1") > 0,
            _soon,
            "the group starts when its lock is free");
    }

    // The wakeup was written before the last tenure began, and committed after it.
    // No advance looks that far back, but a look in detail does.
    [Fact]
    public async Task A_wakeup_from_before_the_last_tenure_does_not_stay()
    {
        await using var silos = await TestSilos.StartAsync(Database);
        for (var index = 0; index < 3; index++)
        {
            await Database.EnqueueAsync(_team, "told", _told, index);
            await Eventually.EqualsAsync(0L, () => Database.WakeupsAsync(_team), _soon, "the group is drained");
        }

        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id, id) OVERRIDING SYSTEM VALUE
            SELECT g.team_id, g.group_id, s.sink_id, 0 FROM orleans_batch.batch_group AS g, orleans_batch.sink AS s WHERE g.team_id = $1
            """,
            _team);

        Assert.True(await Database.ScalarAsync<bool>("SELECT bool_and(woken_from > 0) FROM orleans_batch.sink_cursor"));
        await Eventually.EqualsAsync(0L, () => Database.WakeupsAsync(_team), _soon, "the wakeup is dropped");
    }

    private Task<long> TransactionsAsync() =>
        Database.ScalarAsync<long>("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");

    private async Task EnqueueAndTellAsync()
    {
        await using var enqueue = await StagedSession.BeginAsync(Database);
        await enqueue.EnqueueAsync(_team, "told", _told, _index++, final: false);
        await enqueue.Connection.DeleteWakeupsAsync(_team);
        await enqueue.CommitAsync();
    }
}
