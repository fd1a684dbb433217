using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A group whose wakeup went in the transaction that enqueued: no poll finds it, only its notification says that it is there.
public sealed class ToldGroupTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _told = Guid.NewGuid();
    private int _index;

    [Fact]
    public async Task A_notification_starts_its_group_without_a_poll()
    {
        await using var silos = await TestSilos.StartAsync(Database);

        // Not while a poll is due, which comes first then.
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
        await using var silos = await TestSilos.StartAsync(Database, configure: o => (o.MaxSlotsPerTeam, o.PollPeriod) = (2, TimeSpan.FromSeconds(1)));
        await Database.EnqueueAsync(_team, "first", first, 0, final: true);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(first), _soon, "the poller waits for what comes");

        await EnqueueAndTellAsync();
        await Database.EnqueueAsync(_team, "found", found, 0, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(found), _soon, "the other group is found");
        Assert.Equal("waiting", await Database.RunStateAsync(_told));
    }

    private async Task EnqueueAndTellAsync()
    {
        await using var enqueue = await StagedSession.BeginAsync(Database);
        await enqueue.EnqueueAsync(_team, "told", _told, _index++, final: false);
        await enqueue.Connection.DeleteWakeupsAsync(_team);
        await enqueue.CommitAsync();
    }
}
