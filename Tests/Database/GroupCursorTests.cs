using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Tenures;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The steps of a tenure of a group that is in order: the work after the lock, and the advances. LastAdvanceTests has the release.
public sealed class GroupCursorTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> OutOfOrder => new()
    {
        "INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, until, reason) "
            + "VALUES ($2, $3, $1, clock_timestamp() + interval '1 hour', 'retry')",
        "INSERT INTO orleans_batch.pause (team_id, who, why) SELECT $1, 'alice', '' WHERE $2 + $3 > 0",
        "INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why) SELECT $2, $3, 'skip', 9, 'alice', '' "
            + "WHERE $1 > 0",
        "INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why) SELECT $2, $3, 1, 'skipped', 'alice', '' "
            + "WHERE $1 > 0",
        "INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch, claimed_to) SELECT $2, $3, 5, 1 WHERE $1 > 0",
        "INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch, suspect_to) SELECT $2, $3, 5, 1 WHERE $1 > 0",
        "INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch, losses) SELECT $2, $3, 5, 1 WHERE $1 > 0",
        "INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch, replay_to) SELECT $2, $3, 5, 1 WHERE $1 > 0",
        "INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch, run_id) SELECT $2, $3, 5, gen_random_uuid() WHERE $1 > 0",
        "UPDATE orleans_batch.run SET state = 'cancelled', end_seq = 9 WHERE group_id = $2 AND $1 + $3 > 0",
    };

    [Fact]
    public async Task Owning_claims_the_batches_of_the_first_run_and_counts_one_attempt()
    {
        await EnqueueAsync(3);
        await EnqueueAsync(2, Guid.NewGuid());
        await using var owner = await OpenAsync();

        var (locked, window) = await owner.Cursor.TryOwnAsync(10, Ct);

        Assert.True(locked);
        Assert.Equal([1L, 2, 3], window!.Entries.Select(e => e.Seq));
        Assert.Equal((3L, 1), await ClaimAsync(owner));
    }

    // Only the claim's transaction does not wait for the disk. An advance waits.
    [Fact]
    public async Task What_follows_an_ownership_waits_for_the_disk_again()
    {
        await EnqueueAsync(1);
        await using var owner = await OpenAsync();

        Assert.NotNull((await owner.Cursor.TryOwnAsync(1, Ct)).Window);

        Assert.Equal("on", await owner.Connection.ScalarAsync<string>("SELECT current_setting('synchronous_commit')"));
    }

    [Fact]
    public async Task What_follows_a_beat_waits_for_the_disk_again()
    {
        await EnqueueAsync(1);
        await using var owner = await OpenAsync();
        Assert.NotNull((await owner.Cursor.TryOwnAsync(1, Ct)).Window);

        await owner.Cursor.EnsureOwnedAsync(Ct);

        Assert.Equal("on", await owner.Connection.ScalarAsync<string>("SELECT current_setting('synchronous_commit')"));
    }

    [Fact]
    public async Task A_lock_that_is_held_elsewhere_leaves_the_cursor_as_it_is()
    {
        await EnqueueAsync(1);
        await using var holder = await OpenAsync();
        await holder.Cursor.TryOwnAsync(1, Ct);
        var before = await database.StateOfAsync(_team);
        await using var other = await OpenAsync("silo-b");

        Assert.Equal((false, null), await other.Cursor.TryOwnAsync(1, Ct));

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    // The lock is held back until the former owner has committed and given it up. Earlier reads would be out of date.
    [Fact]
    public async Task The_cursor_is_read_as_the_former_owner_left_it()
    {
        await EnqueueAsync(2);
        await using var former = await OpenAsync();
        var window = (await former.Cursor.TryOwnAsync(1, Ct)).Window!;
        await using var barrier = await StagedSession.OpenAsync(database);
        await barrier.ExecuteAsync(
            """
            CREATE SCHEMA staged;
            CREATE FUNCTION staged.pg_try_advisory_lock(space int, id int) RETURNS boolean LANGUAGE plpgsql AS $$
            BEGIN
              PERFORM pg_advisory_lock(4711);
              RETURN pg_catalog.pg_try_advisory_lock(space, id);
            END $$
            """);
        await barrier.ExecuteAsync("SELECT pg_advisory_lock(4711)");
        await using var next = await StagedSession.OpenAsync(database);
        await next.ExecuteAsync("SET search_path = staged, pg_catalog");
        var owning = next.ScalarAsync<long>(
            "SELECT w.seq FROM orleans_batch.own_window($1, $2, $5, 'orders', 'silo-b', true, $3, $4, false) AS w",
            former.Key.GroupId, former.Key.SinkId, former.Key.Namespace, 1, _team);
        await next.WaitsForALockAsync();

        await former.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(1), 0, OnDrained.Keep);
        await former.UnlockAsync();
        await barrier.ExecuteAsync("SELECT pg_advisory_unlock(4711)");

        Assert.Equal(2, await owning);
    }

    [Fact]
    public async Task Without_the_lock_nothing_is_claimed_also_after_an_unlock()
    {
        await EnqueueAsync(2);
        await using var owner = await OpenAsync();
        Assert.Null(await owner.Cursor.ClaimWindowAsync(1));
        var window = (await owner.Cursor.TryOwnAsync(1, Ct)).Window!;
        await owner.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(1), 0, OnDrained.Keep);
        await owner.UnlockAsync();
        var before = await database.StateOfAsync(_team);

        Assert.Null(await owner.Cursor.ClaimWindowAsync(1));

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    [Theory]
    [MemberData(nameof(OutOfOrder))]
    public async Task A_group_that_is_not_in_order_is_left_as_it_is(string disorder)
    {
        await EnqueueAsync(2);
        await using var owner = await OpenAsync();
        await database.ExecuteAsync(disorder, _team, owner.Key.GroupId, owner.Key.SinkId);
        var before = await database.StateOfAsync(_team);

        Assert.Equal((true, null), await owner.Cursor.TryOwnAsync(10, Ct));

        Assert.Equal(before, await database.StateOfAsync(_team));
        await database.ExecuteAsync("DELETE FROM orleans_batch.pause WHERE team_id = $1", _team);
    }

    [Fact]
    public async Task Advancing_passes_what_is_finished_and_claims_the_next_window()
    {
        await EnqueueAsync(5);
        await using var owner = await OpenAsync();
        var window = (await owner.Cursor.TryOwnAsync(4, Ct)).Window!;

        var next = await owner.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(2), 2, OnDrained.GiveUpGroupAndLock);

        Assert.Equal([3L, 4], next!.Entries.Select(e => e.Seq));
        Assert.Equal((4L, 1), await ClaimAsync(owner));
        Assert.False(owner.Cursor.IsReleased);
        Assert.True(await database.HoldsLockAsync(owner.Backend));
    }

    // A beat writes the row, which moves it. The row is then found by its key.
    [Fact]
    public async Task A_row_that_a_beat_has_moved_is_found()
    {
        await EnqueueAsync(2);
        await using var owner = await OpenAsync();
        var window = (await owner.Cursor.TryOwnAsync(1, Ct)).Window!;
        await owner.Cursor.BeatAsync();

        Assert.Equal(2, (await owner.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(1), 1, OnDrained.Keep))!.First.Seq);
    }

    [Fact]
    public async Task A_former_owner_passes_nothing()
    {
        await EnqueueAsync(2);
        await using var former = await OpenAsync();
        var window = (await former.Cursor.TryOwnAsync(1, Ct)).Window!;
        await former.UnlockAsync();
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders", "silo-b");
        var before = await database.StateOfAsync(_team);

        await Assert.ThrowsAsync<OwnershipLostException>(
            () => former.Cursor.AdvanceWindowAsync(window, TestOwner.Applied(1), 1, OnDrained.GiveUpGroupAndLock));

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    private async Task EnqueueAsync(int batches, Guid? run = null)
    {
        await database.AddSinkAsync("probe");
        for (var index = 0; index < batches; index++)
        {
            await database.EnqueueAsync(_team, "orders", run ?? _run, index);
        }
    }

    private Task<TestOwner> OpenAsync(string silo = "silo-a") => TestOwner.OpenAsync(database, _team, "orders", silo);

    private async Task<(long? ClaimedTo, int Attempt)> ClaimAsync(TestOwner owner) => (await database.RowsAsync(
        "SELECT claimed_to, attempt FROM orleans_batch.sink_cursor WHERE group_id = $1 AND sink_id = $2",
        r => ((long?)r.GetInt64(0), r.GetInt32(1)), owner.Key.GroupId, owner.Key.SinkId))[0];
}
