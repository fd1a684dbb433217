using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Tenures;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The start of a group's wait for its sink, and the sink's reason, stay on record until the group has passed that entry.
public sealed class NotReadyTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_waits_since_the_sink_was_asked_first_however_often_it_is_asked_again()
    {
        await using var owner = await OwnAsync();
        var waiting = Waiting(owner);
        var entry = await owner.ClaimAsync();

        Assert.Equal(1, await waiting.NoteAsync(entry, NotReadyCode.NoSpace, "The disk is full."));
        await owner.ParkAsync(entry, TimeSpan.FromHours(1), "not_ready");
        await Database.ExecuteAsync("UPDATE orleans_batch.not_ready SET since = '2026-01-01Z'");
        Assert.Equal(2, await waiting.NoteAsync(entry, NotReadyCode.Locked, "It is locked."));

        Assert.Equal("not_ready 2026-01-01 2 locked It failed.", await StatusAsync());

        // The group is due again, and no tenure has begun yet.
        await Database.ExecuteAsync("DELETE FROM orleans_batch.parked");
        await owner.Cursor.LeaveAsync(Ct);
        Assert.Equal("not_ready 2026-01-01 2 locked It is locked.", await StatusAsync());
    }

    [Fact]
    public async Task A_group_that_waits_at_another_entry_waits_anew()
    {
        await using var owner = await OwnAsync(batches: 2);
        var waiting = Waiting(owner);
        await waiting.NoteAsync(await owner.ClaimAsync(), NotReadyCode.NoSpace, "The disk is full.");
        await Database.ExecuteAsync("UPDATE orleans_batch.not_ready SET since = '2026-01-01Z'");
        await owner.Cursor.AdvanceAsync(await owner.FetchAsync(), new(), Ct);

        Assert.Equal(1, await waiting.NoteAsync(await owner.ClaimAsync(), NotReadyCode.NoSpace, "The disk is full."));

        Assert.DoesNotContain("2026-01-01", await StatusAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_record_goes_when_the_group_has_got_past_the_entry_and_not_before()
    {
        await using var owner = await OwnAsync();
        var waiting = Waiting(owner);
        var entry = await owner.ClaimAsync();
        await waiting.NoteAsync(entry, NotReadyCode.NoSpace, "The disk is full.");
        Assert.Null(await waiting.EndAsync());
        Assert.Empty(await EndAllAsync());

        await owner.Cursor.AdvanceAsync(entry, new(), Ct);

        Assert.Equal(1, (await waiting.EndAsync())?.Tries);
        Assert.Null(await waiting.EndAsync());
    }

    // The owner that parked the group is gone, and another silo has taken the group on.
    [Fact]
    public async Task The_sweep_ends_what_no_owner_has_ended()
    {
        await using var owner = await OwnAsync();
        var entry = await owner.ClaimAsync();
        await Waiting(owner).NoteAsync(entry, NotReadyCode.NoSpace, "The disk is full.");
        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.unreached (group_id, sink_id, silo, seq, reason, noted_at)
            SELECT group_id, sink_id, 'silo-a', 1, 'Not here.', clock_timestamp() FROM orleans_batch.sink_cursor
            """);
        await owner.Cursor.AdvanceAsync(entry, new(), Ct);

        Assert.Equal(["7/orders in probe, asked 1 times"], await EndAllAsync());

        Assert.Empty(await EndAllAsync());
        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.unreached"));
    }

    [Fact]
    public async Task A_batch_that_fails_after_its_sink_was_not_ready_is_shown_with_its_error()
    {
        await using var owner = await OwnAsync();
        var entry = await owner.ClaimAsync();
        await Waiting(owner).NoteAsync(entry, NotReadyCode.NoSpace, "The disk is full.");

        await owner.ParkAsync(entry, TimeSpan.FromHours(1));

        Assert.Equal("waiting_retry - - - It failed.", await StatusAsync());
    }

    private static SinkWaitStatements Waiting(TestOwner owner) =>
        new(owner.Session, new GroupKey(7, "orders"), owner.Key, "silo-a", owner.Cursor);

    private async Task<TestOwner> OwnAsync(int batches = 1)
    {
        var run = Guid.NewGuid();
        for (var index = 0; index < batches; index++)
        {
            await Database.EnqueueAsync(7, "orders", run, index);
        }

        return await TestOwner.OwnAsync(Database, 7, "orders");
    }

    private Task<string?> StatusAsync() => Database.ScalarAsync<string>(
        """
        SELECT concat_ws(' ', state, coalesce(to_char(waiting_since AT TIME ZONE 'UTC', 'YYYY-MM-DD'), '-'), coalesce(tries::text, '-'),
          coalesce(not_ready_code, '-'), last_error)
        FROM orleans_batch.group_status
        """);

    private async Task<List<string>> EndAllAsync()
    {
        await using var connection = await Database.Source.OpenConnectionAsync(Ct);
        return await QueueStatements.Load("end_all_not_ready").On(connection).AllAsync(
            r => $"{r.GetInt64(0)}/{r.GetString(1)} in {r.GetString(2)}, asked {r.GetInt32(3)} times", Ct);
    }
}
