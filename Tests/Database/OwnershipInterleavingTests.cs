using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The next owner can't lock before the former one's last commit is visible, and reads the cursor in a statement after its lock.
public sealed class OwnershipInterleavingTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Next_owner_locks_only_after_the_unlock_and_sees_the_advanced_cursor()
    {
        await using var former = await OwnAsync();
        var entry = await former.ClaimAsync();
        await using var next = await TestOwner.OpenAsync(database, _team, "orders", "silo-b");
        await former.BeginAsync();
        await former.Cursor.AdvanceAsync(entry, new(), Ct);

        Assert.False(await next.TryLockAsync());
        await former.CommitAsync();
        Assert.False(await next.TryLockAsync());
        await former.Cursor.LeaveAsync(Ct);
        await former.UnlockAsync();
        Assert.True(await next.TryLockAsync());

        Assert.False(await next.Cursor.OwnAsync(Ct));
        Assert.Equal(2, (await next.FetchAsync()).Seq);
        Assert.True(next.Cursor.Epoch > former.Cursor.Epoch);
    }

    // Locks of a session end with it: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    [Fact]
    public async Task Owner_that_is_ended_inside_its_advance_loses_lock_and_write_together()
    {
        await using var former = await OwnAsync();
        var entry = await former.ClaimAsync();
        await former.BeginAsync();
        await former.Cursor.AdvanceAsync(entry, new(), Ct);
        await using var next = await TestOwner.OpenAsync(database, _team, "orders", "silo-b");

        await database.ExecuteAsync("SELECT pg_terminate_backend($1)", former.Backend);
        await Eventually.UntilAsync(next.TryLockAsync, TimeSpan.FromSeconds(10), "the ended backend's lock is free");

        Assert.True(await next.Cursor.OwnAsync(Ct), "The claim was left unfinished.");
        Assert.Equal(1, (await next.FetchAsync()).Seq);
    }

    // The advance waits inside the server while the owner's lock can't be had, and both end at once.
    [Fact]
    public async Task Lock_is_not_free_while_the_owners_statement_is_under_way()
    {
        await using var former = await OwnAsync();
        var entry = await former.ClaimAsync();
        await using var barrier = await StagedSession.BeginAsync(database);
        await barrier.ExecuteAsync("SELECT FROM orleans_batch.sink_cursor WHERE group_id = $1 FOR UPDATE", former.Key.GroupId);
        var advancing = former.Cursor.AdvanceAsync(entry, new(), Ct);
        await StagedSession.WaitsForALockAsync(database, former.Backend);
        await using var next = await TestOwner.OpenAsync(database, _team, "orders", "silo-b");

        Assert.False(await next.TryLockAsync());
        await barrier.CommitAsync();
        await advancing;

        Assert.False(await next.TryLockAsync());
    }

    [Fact]
    public async Task Epoch_rises_at_each_acquisition_and_is_never_below_the_databases_clock()
    {
        const string Clock = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
        var before = await database.ScalarAsync<long>(Clock);
        await using var owner = await OwnAsync();
        Assert.InRange(owner.Cursor.Epoch, before, await database.ScalarAsync<long>(Clock));

        await database.ExecuteAsync(
            "UPDATE orleans_batch.sink_cursor SET epoch = epoch + 3600000000 WHERE group_id = $1", owner.Key.GroupId);
        var ahead = owner.Cursor.Epoch + 3600000000;
        await owner.Cursor.OwnAsync(Ct);
        Assert.Equal(ahead + 1, owner.Cursor.Epoch);

        await database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET epoch = 1 WHERE group_id = $1", owner.Key.GroupId);
        before = await database.ScalarAsync<long>(Clock);
        await owner.Cursor.OwnAsync(Ct);
        Assert.True(owner.Cursor.Epoch >= before, "A restored cursor must not bring an old epoch back.");
    }

    [Fact]
    public async Task Lock_of_one_sink_leaves_the_other_sinks_of_the_group_free()
    {
        await using var owner = await OwnAsync();
        await using var other = await TestOwner.OpenAsync(database, _team, "orders", "silo-b");

        Assert.True(await other.RunAsync("lock", r => r.GetBoolean(0), other.Key.Namespace + 1, other.Key.GroupId));
        Assert.False(await other.RunAsync("lock", r => r.GetBoolean(0), other.Key.Namespace, other.Key.GroupId));
        Assert.Equal(
            (owner.Key.GroupId, owner.Key.SinkId),
            Assert.Single(await HeldAsync(owner), h => h.Sink == owner.Key.SinkId));
    }

    [Fact]
    public async Task Former_owner_learns_of_its_loss_at_its_next_beat()
    {
        await using var former = await OwnAsync();
        await former.UnlockAsync();
        await using var next = await TestOwner.OwnAsync(database, _team, "orders", "silo-b");

        await Assert.ThrowsAsync<OwnershipLostException>(former.Cursor.BeatAsync);
        await next.Cursor.BeatAsync();
    }

    private async Task<List<(int Group, short Sink)>> HeldAsync(TestOwner owner) =>
        await database.RowsAsync(
            "SELECT group_id, sink_id FROM orleans_batch.held_lock WHERE group_id = $1",
            r => (r.GetInt32(0), r.GetInt16(1)),
            owner.Key.GroupId);

    private async Task<TestOwner> OwnAsync()
    {
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        return await TestOwner.OwnAsync(database, _team, "orders");
    }
}
