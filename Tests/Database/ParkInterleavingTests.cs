using OrleansBatch.Grains.Queue;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A waiting group has a parked row or a wakeup at every moment, whoever parks or wakes it.
public sealed class ParkInterleavingTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // wake_due looks at all teams, so nothing of an earlier test may be due.
    public async ValueTask InitializeAsync() => await database.ExecuteAsync("DELETE FROM orleans_batch.parked");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Parking_replaces_the_wakeups_by_a_parked_row_and_being_due_turns_it_back()
    {
        await using var owner = await OwnAsync("orders");
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.FromHours(1));

        Assert.Equal((1, 0), await WaitingAsync(owner));
        Assert.True(await owner.Cursor.IsParkedAsync(Ct));
        await using var poller = await StagedSession.OpenAsync(database);
        Assert.Equal(0, await WakeDueAsync(poller));

        await MakeDueAsync();
        Assert.False(await owner.Cursor.IsParkedAsync(Ct));
        Assert.Equal(1, await WakeDueAsync(poller));
        Assert.Equal((0, 1), await WaitingAsync(owner));
    }

    [Fact]
    public async Task Wakeup_that_is_inserted_while_parking_stays()
    {
        await using var owner = await OwnAsync("orders");
        var entry = await owner.ClaimAsync();
        await using var barrier = await StagedSession.BeginAsync(database);
        await barrier.ExecuteAsync("SELECT FROM orleans_batch.wakeup WHERE team_id = $1 FOR UPDATE", _team);
        var parking = owner.ParkAsync(entry, TimeSpan.FromHours(1));
        await StagedSession.WaitsForALockAsync(database, owner.Backend);

        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await barrier.CommitAsync();
        await parking;

        Assert.Equal((1, 1), await WaitingAsync(owner));
    }

    // The poller has turned the due row but not committed. Parking again waits for the poller and leaves both.
    [Fact]
    public async Task Parking_behind_a_poller_that_turns_the_old_row_leaves_the_new_row_and_its_wakeup()
    {
        await using var owner = await OwnAsync("orders");
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.FromHours(1));
        await MakeDueAsync();
        await using var poller = await StagedSession.BeginAsync(database);
        Assert.Equal(1, await WakeDueAsync(poller));

        var parking = owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.FromHours(1));
        await StagedSession.WaitsForALockAsync(database, owner.Backend);
        await poller.CommitAsync();
        await parking;

        Assert.Equal((1, 1), await WaitingAsync(owner));
    }

    [Fact]
    public async Task Poller_passes_over_a_row_that_is_being_parked_again()
    {
        await using var owner = await OwnAsync("orders");
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.FromHours(1));
        await MakeDueAsync();
        var entry = await owner.ClaimAsync();
        await owner.BeginAsync();
        await owner.ParkAsync(entry, TimeSpan.FromHours(1));
        await using var poller = await StagedSession.OpenAsync(database);
        await poller.ExecuteAsync("SET lock_timeout = '1s'");

        Assert.Equal(0, await WakeDueAsync(poller));
        await owner.CommitAsync();
        Assert.Equal(0, await WakeDueAsync(poller));

        Assert.Equal((1, 0), await WaitingAsync(owner));
    }

    // drop_parked_wakeups found the row waiting. The wakeup that the row becomes is newer than its snapshot.
    [Fact]
    public async Task Owner_that_finds_its_group_parked_leaves_the_wakeup_that_a_poller_brings_meanwhile()
    {
        await using var owner = await OwnAsync("orders");
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.FromHours(1));
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var barrier = await StagedSession.BeginAsync(database);
        await barrier.ExecuteAsync("SELECT FROM orleans_batch.wakeup WHERE team_id = $1 FOR UPDATE", _team);
        var asking = owner.Cursor.IsParkedAsync(Ct);
        await StagedSession.WaitsForALockAsync(database, owner.Backend);

        await MakeDueAsync();
        await using var poller = await StagedSession.OpenAsync(database);
        Assert.Equal(1, await WakeDueAsync(poller));
        await barrier.CommitAsync();
        Assert.True(await asking);

        Assert.Equal((0, 1), await WaitingAsync(owner));
    }

    [Fact]
    public async Task Two_pollers_share_the_due_rows_and_each_row_is_woken_once()
    {
        await using var one = await OwnAsync("one");
        await using var two = await OwnAsync("two");
        await one.ParkAsync(await one.ClaimAsync(), TimeSpan.FromHours(1));
        await two.ParkAsync(await two.ClaimAsync(), TimeSpan.FromHours(1));
        await MakeDueAsync();
        await using var first = await StagedSession.BeginAsync(database);
        await using var second = await StagedSession.OpenAsync(database);
        await second.ExecuteAsync("SET lock_timeout = '1s'");

        Assert.Equal(1, await WakeDueAsync(first, most: 1));
        Assert.Equal(1, await WakeDueAsync(second));
        Assert.Equal(0, await WakeDueAsync(second));
        await first.CommitAsync();

        Assert.Equal(0, await WakeDueAsync(second));
        Assert.Equal((0, 1), await WaitingAsync(one));
        Assert.Equal((0, 1), await WaitingAsync(two));
    }

    [Fact]
    public async Task Row_of_a_poller_that_dies_is_woken_by_the_next()
    {
        await using var owner = await OwnAsync("orders");
        await owner.ParkAsync(await owner.ClaimAsync(), TimeSpan.FromHours(1));
        await MakeDueAsync();
        await using (var dying = await StagedSession.BeginAsync(database))
        {
            Assert.Equal(1, await WakeDueAsync(dying));
            Assert.Equal((1, 0), await WaitingAsync(owner));
            await dying.RollbackAsync();
        }

        Assert.Equal((1, 0), await WaitingAsync(owner));
        await using var next = await StagedSession.OpenAsync(database);
        Assert.Equal(1, await WakeDueAsync(next));
        Assert.Equal((0, 1), await WaitingAsync(owner));
    }

    private async Task<TestOwner> OwnAsync(string schema)
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, schema, Guid.NewGuid(), 0);
        return await TestOwner.OwnAsync(database, _team, schema);
    }

    private Task MakeDueAsync() => database.ExecuteAsync(
        "UPDATE orleans_batch.parked SET until = clock_timestamp() - interval '1 second' WHERE team_id = $1", _team);

    private static async Task<int> WakeDueAsync(StagedSession poller, int most = 100) =>
        (await QueueStatements.Load("wake_due").On(poller.Connection, most, 86400.0).AllAsync(r => r.GetInt32(0), Ct)).Count;

    private async Task<(int Parked, int Wakeups)> WaitingAsync(TestOwner owner) =>
        Assert.Single(await database.RowsAsync(
            """
            SELECT (SELECT count(*)::int FROM orleans_batch.parked WHERE group_id = $1 AND sink_id = $2),
              (SELECT count(*)::int FROM orleans_batch.wakeup WHERE group_id = $1 AND sink_id = $2)
            """,
            r => (r.GetInt32(0), r.GetInt32(1)),
            owner.Key.GroupId, owner.Key.SinkId));
}
