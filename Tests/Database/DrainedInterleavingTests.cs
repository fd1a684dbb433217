using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// No wakeup is lost: an owner that finds the log drained deletes only the wakeups that its own snapshot covers.
public sealed class DrainedInterleavingTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private const string Enqueue = "SELECT orleans_batch.enqueue($1, 'orders', $2, 1, 'x')";
    private const string Seal = "SELECT orleans_batch.seal_run($2) WHERE $1 > 0";

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wakeups_of_a_drained_log_go()
    {
        await using var owner = await OwnDrainedAsync();

        Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(Ct));

        Assert.Equal(0, await database.WakeupsAsync(_team));
    }

    [Fact]
    public async Task Wakeups_of_other_groups_and_sinks_stay()
    {
        await using var owner = await OwnDrainedAsync();
        await database.EnqueueAsync(_team, "invoices", Guid.NewGuid(), 0);
        await database.ExecuteAsync(
            "INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) VALUES ($1, $2, 999)", _team, owner.Key.GroupId);

        Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(Ct));

        Assert.Equal(2, await database.WakeupsAsync(_team));
    }

    [Theory]
    [InlineData(Enqueue)]
    [InlineData(Seal)]
    public async Task Entry_that_is_committed_before_the_check_keeps_all_wakeups(string produce)
    {
        await using var owner = await OwnDrainedAsync();
        await database.ExecuteAsync(produce, _team, _run);

        Assert.False(await owner.Cursor.DropWakeupsIfDrainedAsync(Ct));

        Assert.Equal(2, await database.WakeupsAsync(_team));
    }

    [Theory]
    [InlineData(Enqueue)]
    [InlineData(Seal)]
    public async Task Entry_that_is_open_during_the_check_brings_its_own_wakeup(string produce)
    {
        await using var producer = await StagedSession.OpenAsync(database);
        await using (var owner = await OwnDrainedAsync())
        {
            await producer.BeginAsync();
            await producer.ExecuteAsync(produce, _team, _run);

            Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(Ct));
            Assert.Equal(0, await database.WakeupsAsync(_team));
            await producer.CommitAsync();
            await owner.UnlockAsync();
        }

        await NextOwnerFindsTheEntryAsync();
    }

    // The delete is held at an old wakeup, after its snapshot was taken, while the entry is committed.
    [Theory]
    [InlineData(Enqueue)]
    [InlineData(Seal)]
    public async Task Entry_that_is_committed_between_the_checks_snapshot_and_its_end_keeps_its_wakeup(string produce)
    {
        await using var barrier = await StagedSession.OpenAsync(database);
        await using (var owner = await OwnDrainedAsync())
        {
            await barrier.BeginAsync();
            await barrier.ExecuteAsync("SELECT FROM orleans_batch.wakeup WHERE team_id = $1 FOR UPDATE", _team);
            var dropping = owner.Cursor.DropWakeupsIfDrainedAsync(Ct);
            await StagedSession.WaitsForALockAsync(database, owner.Backend);

            await database.ExecuteAsync(produce, _team, _run);
            await barrier.CommitAsync();

            Assert.True(await dropping);
            await owner.UnlockAsync();
        }

        await NextOwnerFindsTheEntryAsync();
    }

    [Fact]
    public async Task Former_owner_deletes_no_wakeup()
    {
        await using var former = await OwnDrainedAsync();
        await former.UnlockAsync();
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders", "silo-b");

        Assert.False(await former.Cursor.DropWakeupsIfDrainedAsync(Ct));

        Assert.Equal(1, await database.WakeupsAsync(_team));
    }

    private async Task<TestOwner> OwnDrainedAsync()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        var owner = await TestOwner.OwnAsync(database, _team, "orders");
        await owner.ApplyAllAsync();
        return owner;
    }

    private async Task NextOwnerFindsTheEntryAsync()
    {
        Assert.Equal(1, await database.WakeupsAsync(_team));
        await using var next = await TestOwner.OwnAsync(database, _team, "orders", "silo-b");
        Assert.Equal(2, (await next.FetchAsync()).Seq);
    }
}
