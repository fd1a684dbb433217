using OrleansBatch.Grains.Tenures;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The last advance of a tenure gives a drained group up, unless something has come meanwhile.
public sealed class LastAdvanceTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_advance_gives_a_drained_group_up_with_its_lock_and_its_wakeups()
    {
        await EnqueueAsync(2);
        await using var owner = await OpenAsync();
        var window = (await owner.Cursor.TryOwnAsync(2, Ct)).Window!;

        Assert.Null(await owner.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(2), 2, OnDrained.GiveUpGroupAndLock));

        Assert.True(owner.Cursor.IsReleased);
        Assert.False(await database.HoldsLockAsync(owner.Backend));
        Assert.Equal(0, await database.WakeupsAsync(_team));
        await using var next = await OpenAsync("silo-b");
        Assert.Equal((true, null), await next.Cursor.TryOwnAsync(1, Ct));
    }

    // The delete is held at an old wakeup, after the statement's snapshot was taken, while an entry or a request is committed.
    [Theory]
    [InlineData("SELECT orleans_batch.enqueue($1, 'orders', $2, 2, '/x')")]
    [InlineData("SELECT orleans_batch.replay($1, 'orders', 'probe', 1, force => true) WHERE $2::uuid IS NOT NULL")]
    public async Task What_is_committed_during_the_last_advance_keeps_its_own_wakeup(string produce)
    {
        await EnqueueAsync(2);
        await using var barrier = await StagedSession.BeginAsync(database);
        await using var owner = await OpenAsync();
        var window = (await owner.Cursor.TryOwnAsync(1, Ct)).Window!;
        window = (await owner.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(1), 1, OnDrained.Keep))!;
        await barrier.ExecuteAsync("SELECT FROM orleans_batch.wakeup WHERE team_id = $1 FOR UPDATE", _team);
        var advancing = owner.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(1), 1, OnDrained.GiveUpGroupAndLock);
        await StagedSession.WaitsForALockAsync(database, owner.Backend);

        await database.ExecuteAsync(produce, _team, _run);
        await barrier.CommitAsync();

        Assert.Null(await advancing);
        Assert.True(owner.Cursor.IsReleased);
        Assert.Equal(1, await database.WakeupsAsync(_team));
    }

    // The tail is looked at in a statement before the one that moves the cursor, which is held back here.
    [Fact]
    public async Task An_entry_that_comes_after_the_look_at_the_tail_keeps_the_group()
    {
        await EnqueueAsync(1);
        await using var owner = await OpenAsync();
        var window = (await owner.Cursor.TryOwnAsync(1, Ct)).Window!;
        await using var barrier = await StagedSession.BeginAsync(database);
        await barrier.ExecuteAsync("LOCK TABLE orleans_batch.sink_cursor IN EXCLUSIVE MODE");
        var advancing = owner.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(1), 1, OnDrained.GiveUpGroupAndLock);
        await StagedSession.WaitsForALockAsync(database, owner.Backend);

        await database.EnqueueAsync(_team, "orders", _run, 1);
        await barrier.CommitAsync();

        Assert.Null(await advancing);
        Assert.False(owner.Cursor.IsReleased);
        Assert.True(await database.HoldsLockAsync(owner.Backend));
        Assert.Equal(2, await database.WakeupsAsync(_team));
        Assert.Equal(2, (await owner.FetchAsync()).Seq);
    }

    [Fact]
    public async Task A_request_that_is_open_keeps_the_group_from_being_given_up()
    {
        await EnqueueAsync(1);
        await using var owner = await OpenAsync();
        var window = (await owner.Cursor.TryOwnAsync(1, Ct)).Window!;
        await database.ExecuteAsync(
            "INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why) VALUES ($1, $2, 'replay', 1, 'alice', '')",
            owner.Key.GroupId, owner.Key.SinkId);

        Assert.Null(await owner.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(1), 1, OnDrained.GiveUpGroupAndLock));

        Assert.False(owner.Cursor.IsReleased);
        Assert.Equal(1, await database.WakeupsAsync(_team));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_sink_that_got_a_follower_meanwhile_advances_and_wakes_it(int batches)
    {
        await EnqueueAsync(batches);
        await using var owner = await OpenAsync();
        var window = (await owner.Cursor.TryOwnAsync(2, Ct)).Window!;
        var follower = await database.ScalarAsync<short>(
            "INSERT INTO orleans_batch.sink (name, upstream_id) VALUES ('follower', $1) RETURNING sink_id", owner.Key.SinkId);

        Assert.Null(await owner.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(2), 2, OnDrained.GiveUpGroupAndLock));

        Assert.False(owner.Cursor.IsReleased);
        Assert.True(await database.HoldsLockAsync(owner.Backend));
        Assert.Equal(batches > 2 ? 3 : null, (await owner.Cursor.FetchAsync(Ct)).Entry?.Seq);
        Assert.Equal(2, await database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.wakeup WHERE sink_id = $1", follower));
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE sink_id = $1", follower);
        await database.ExecuteAsync("DELETE FROM orleans_batch.sink WHERE sink_id = $1", follower);
    }

    private async Task EnqueueAsync(int batches)
    {
        await database.AddSinkAsync("probe");
        for (var index = 0; index < batches; index++)
        {
            await database.EnqueueAsync(_team, "orders", _run, index);
        }
    }

    private Task<TestOwner> OpenAsync(string silo = "silo-a") => TestOwner.OpenAsync(database, _team, "orders", silo);
}
