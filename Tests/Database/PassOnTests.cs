using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Tenures;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A group whose batch a silo can't reach has another silo to look at it, or a parked row, whoever comes and goes meanwhile.
public sealed class PassOnTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_attempt_is_taken_back_and_the_wakeup_stays_with_the_reason_on_record()
    {
        await using var a = await ServingPoller.StartAsync(Database, "silo-a");
        await using var b = await ServingPoller.StartAsync(Database, "silo-b");
        await using var owner = await OwnAsync("silo-a");
        var entry = await owner.ClaimAsync();

        Assert.Equal((true, 0), await Waiting(owner, "silo-a").PassOnAsync(entry, "Not here."));

        Assert.Equal(
            "0/-/0",
            await Database.ScalarAsync<string>(
                "SELECT attempt || '/' || coalesce(claimed_to::text, '-') || '/' || losses FROM orleans_batch.sink_cursor"));
        Assert.Equal((0, 1), await ParkedAndWokenAsync());
        Assert.Equal(
            ["silo-a 1 Not here."],
            await Database.RowsAsync("SELECT silo || ' ' || seq || ' ' || reason FROM orleans_batch.unreached", r => r.GetString(0)));
        Assert.Equal(
            ["passed_on 1"],
            await Database.RowsAsync("SELECT outcome || ' ' || attempt FROM orleans_batch.batch_attempt", r => r.GetString(0)));
    }

    // Each silo holds the group's lock while it writes its note, so the second silo sees the note of the first.
    [Fact]
    public async Task Of_two_silos_that_give_the_group_up_one_after_the_other_the_second_finds_nobody_left()
    {
        await using var a = await ServingPoller.StartAsync(Database, "silo-a");
        await using var b = await ServingPoller.StartAsync(Database, "silo-b");

        Assert.True(await PassOnAsync("silo-a"));
        Assert.False(await PassOnAsync("silo-b"));
    }

    [Fact]
    public async Task A_silo_that_dies_before_it_has_looked_is_not_waited_for()
    {
        await using var a = await ServingPoller.StartAsync(Database, "silo-a");
        var b = await ServingPoller.StartAsync(Database, "silo-b");
        Assert.True(await PassOnAsync("silo-a"));

        await b.EndAsync(Database);

        Assert.False(await PassOnAsync("silo-a"));
    }

    [Fact]
    public async Task A_silo_that_was_started_again_under_its_name_looks_again()
    {
        await using var a = await ServingPoller.StartAsync(Database, "silo-a");
        var b = await ServingPoller.StartAsync(Database, "silo-b");
        Assert.True(await PassOnAsync("silo-b"));
        await b.EndAsync(Database);

        await using var again = await ServingPoller.StartAsync(Database, "silo-b");

        Assert.True(await PassOnAsync("silo-a"));
    }

    // The file may have come since.
    [Fact]
    public async Task A_silo_that_looked_more_than_a_minute_ago_or_before_the_group_was_parked_looks_again()
    {
        await using var a = await ServingPoller.StartAsync(Database, "silo-a");
        await using var b = await ServingPoller.StartAsync(Database, "silo-b");
        Assert.True(await PassOnAsync("silo-b"));
        await Database.ExecuteAsync("UPDATE orleans_batch.unreached SET noted_at = noted_at - interval '2 minutes'");
        await Database.ExecuteAsync("UPDATE orleans_batch.silo_sink SET started_at = started_at - interval '1 hour'");
        Assert.True(await PassOnAsync("silo-a"));
        Assert.False(await PassOnAsync("silo-b"));
        await using (var owner = await OwnAsync("silo-b"))
        {
            await Waiting(owner, "silo-b").NoteAsync(await owner.FetchAsync(), NotReadyCode.Unreachable, "Not here.");
        }

        await using var next = await OwnAsync("silo-a");
        Assert.Equal((true, 1), await Waiting(next, "silo-a").PassOnAsync(await next.FetchAsync(), "Not here."));
    }

    // The new silo connects after the owner has found none, and looks for parked groups before the owner's parked row is there.
    [Fact]
    public async Task A_silo_that_joins_between_the_look_and_the_parking_is_found_afterwards()
    {
        await using var a = await ServingPoller.StartAsync(Database, "silo-a");
        await using var owner = await OwnAsync("silo-a");
        var entry = await owner.ClaimAsync();
        var waiting = Waiting(owner, "silo-a");
        Assert.False((await waiting.PassOnAsync(entry, "Not here.")).OthersMay);
        await using var b = await ServingPoller.StartAsync(Database, "silo-b");
        Assert.Equal(0, await WakeUnreachableAsync());

        await ParkUnreachableAsync(owner, entry);
        Assert.Equal((1, 0), await ParkedAndWokenAsync());
        Assert.True(await waiting.RecallAsync(entry));

        Assert.Equal((0, 1), await ParkedAndWokenAsync());
    }

    [Fact]
    public async Task A_group_that_every_silo_has_looked_at_stays_parked()
    {
        await using var a = await ServingPoller.StartAsync(Database, "silo-a");
        await using var owner = await OwnAsync("silo-a");
        var entry = await owner.ClaimAsync();
        var waiting = Waiting(owner, "silo-a");
        await waiting.PassOnAsync(entry, "Not here.");
        await ParkUnreachableAsync(owner, entry);

        Assert.False(await waiting.RecallAsync(entry));

        Assert.Equal((1, 0), await ParkedAndWokenAsync());
    }

    [Fact]
    public async Task A_silo_that_starts_wakes_what_no_silo_could_reach_and_nothing_else()
    {
        await using var owner = await OwnAsync("silo-a");
        await ParkUnreachableAsync(owner, await owner.ClaimAsync());
        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, until, reason)
            VALUES (99, 1, 7, clock_timestamp() + interval '1 hour', 'not_ready');
            INSERT INTO orleans_batch.not_ready (group_id, sink_id, seq, since, asked_at, tries, code, reason)
            VALUES (99, 1, 1, clock_timestamp(), clock_timestamp(), 1, 'locked', 'Locked.')
            """);

        Assert.Equal(1, await WakeUnreachableAsync());
        Assert.Equal(0, await WakeUnreachableAsync());

        Assert.Equal(
            [99], await Database.RowsAsync("SELECT group_id FROM orleans_batch.parked", r => r.GetInt32(0)));
    }

    [Fact]
    public async Task A_former_owner_passes_nothing_on()
    {
        await using var owner = await OwnAsync("silo-a");
        var entry = await owner.ClaimAsync();
        await Database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET epoch = epoch + 1");

        await Assert.ThrowsAsync<OwnershipLostException>(() => Waiting(owner, "silo-a").PassOnAsync(entry, "Not here."));

        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.unreached"));
        Assert.Equal(1, await Database.ScalarAsync<int>("SELECT attempt FROM orleans_batch.sink_cursor"));
    }

    private static SinkWaitStatements Waiting(TestOwner owner, string silo) =>
        new(owner.Session, new GroupKey(7, "orders"), owner.Key, silo, owner.Cursor);

    private static async Task ParkUnreachableAsync(TestOwner owner, LogEntry entry)
    {
        await owner.ParkAsync(entry, TimeSpan.FromHours(1), "not_ready");
        await Waiting(owner, "silo-a").NoteAsync(entry, NotReadyCode.Unreachable, "Not here.");
    }

    private async Task<TestOwner> OwnAsync(string silo)
    {
        await Database.EnqueueAsync(7, "orders", Guid.Parse("0190a1b2-0000-7000-8000-000000000001"), 0);
        return await TestOwner.OwnAsync(Database, 7, "orders", silo);
    }

    private async Task<bool> PassOnAsync(string silo)
    {
        await using var owner = await OwnAsync(silo);
        var (others, _) = await Waiting(owner, silo).PassOnAsync(await owner.ClaimAsync(), "Not here.");
        await owner.UnlockAsync();
        return others;
    }

    private async Task<int> WakeUnreachableAsync()
    {
        await using var connection = await Database.Source.OpenConnectionAsync(Ct);
        return await QueueStatements.Load("wake_unreachable").On(connection, new short[] { 1 }).FirstAsync(r => r.GetInt32(0), Ct);
    }

    private async Task<(long Parked, long Woken)> ParkedAndWokenAsync() => (
        await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.parked"),
        await Database.ScalarAsync<long>("SELECT least(count(*), 1) FROM orleans_batch.wakeup"));
}
