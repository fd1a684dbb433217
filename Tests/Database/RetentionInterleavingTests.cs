using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A partition is dropped while others read and write it. Earlier transactions are waited for, and the partition is looked at afterwards.
public sealed class RetentionInterleavingTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private readonly long _team = TestIds.NextTeam();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // The entry is in the oldest partition and nobody sees it yet.
    [Fact]
    public async Task An_entry_that_is_committed_while_its_partition_is_detached_is_not_lost()
    {
        var name = await PassedAsync();
        await using var producer = await StagedSession.BeginAsync(Database);
        await producer.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0, final: true);
        await producer.ExecuteAsync(
            $"""
            UPDATE orleans_batch.log_entry
            SET created_at = ((clock_timestamp() AT TIME ZONE 'UTC')::date - {OldPartition.Days} + time '13:00') AT TIME ZONE 'UTC'
            WHERE seq = 2 AND group_id = (SELECT group_id FROM orleans_batch.batch_group WHERE team_id = $1)
            """,
            _team);

        await Database.RetainAsync();
        Assert.Equal("detaching", await Database.StateOfPartitionAsync(name));
        await producer.CommitAsync();
        await Database.RetainAsync();

        Assert.Equal("attached", await Database.StateOfPartitionAsync(name));
        await using var owner = await TestOwner.OwnAsync(Database, _team, "orders", "silo-b");
        Assert.Equal(2, (await owner.FetchAsync()).Seq);
    }

    // The owner has read the log's oldest entry, which is in the partition, and not committed its cursor.
    [Fact]
    public async Task A_late_sink_that_begins_in_the_partition_while_it_is_detached_finds_its_entries()
    {
        var name = await PassedAsync();
        await using var first = await StagedSession.BeginAsync(Database);
        await first.ExecuteAsync("INSERT INTO orleans_batch.sink (name) VALUES ('late')");
        await first.ExecuteAsync(
            """
            INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, next_seq, epoch)
            SELECT e.group_id, (SELECT sink_id FROM orleans_batch.sink WHERE name = 'late'), min(e.seq), 1
            FROM orleans_batch.log_entry AS e GROUP BY e.group_id
            """);

        await Database.RetainAsync();
        Assert.Equal("detaching", await Database.StateOfPartitionAsync(name));
        await first.CommitAsync();
        await Database.RetainAsync();

        Assert.Equal("attached", await Database.StateOfPartitionAsync(name));
        Assert.Equal((0, 1), await Database.RetainAsync());
        Assert.Equal(1, await Database.EntriesAsync(_team));
    }

    // Nobody needs the partition, which goes once the old snapshot is gone, and new work goes on meanwhile.
    [Fact]
    public async Task A_partition_that_an_old_snapshot_reads_goes_after_it_and_delays_nobody()
    {
        var name = await PassedAsync();
        await using var old = await StagedSession.OpenAsync(Database);
        await old.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ");
        Assert.Equal(1, await old.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.log_entry"));

        await Database.RetainAsync();
        Assert.Equal("detaching", await Database.StateOfPartitionAsync(name));
        Assert.Equal(2, await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0));
        await Database.RetainAsync();
        Assert.Equal("detaching", await Database.StateOfPartitionAsync(name));
        await old.ExecuteAsync("COMMIT");

        Assert.Equal(1, (await Database.RetainAsync()).Dropped);
        Assert.Null(await Database.StateOfPartitionAsync(name));
    }

    [Fact]
    public async Task Trimming_leaves_the_newest_wakeup_and_those_it_does_not_see()
    {
        await Database.AddSinkAsync("probe");
        var run = Guid.NewGuid();
        for (var index = 0; index < 5; index++)
        {
            await Database.EnqueueAsync(_team, "orders", run, index);
        }

        await using var owner = await TestOwner.OwnAsync(Database, _team, "orders");
        await using var producer = await StagedSession.BeginAsync(Database);
        await producer.EnqueueAsync(_team, "orders", run, 5);

        Assert.Equal(4, await owner.Cursor.TrimWakeupsAsync(Ct));
        Assert.Equal(0, await owner.Cursor.TrimWakeupsAsync(Ct));
        await producer.CommitAsync();

        Assert.Equal(2, await Database.WakeupsAsync(_team));
        Assert.Equal(1, await owner.Cursor.TrimWakeupsAsync(Ct));
        Assert.Equal(1, await Database.WakeupsAsync(_team));
    }

    // The uncommitted wakeup has the lower number and stays, because only visible wakeups are deleted.
    [Fact]
    public async Task Trimming_leaves_an_older_wakeup_that_is_committed_later()
    {
        var sink = await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var owner = await TestOwner.OwnAsync(Database, _team, "orders");
        await using var slow = await StagedSession.BeginAsync(Database);
        const string Wake = "INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) VALUES ($1, $2, $3)";
        await slow.ExecuteAsync(Wake, _team, owner.Key.GroupId, sink);
        await Database.ExecuteAsync(Wake, _team, owner.Key.GroupId, sink);

        Assert.Equal(1, await owner.Cursor.TrimWakeupsAsync(Ct));
        await slow.CommitAsync();

        Assert.Equal(2, await Database.WakeupsAsync(_team));
    }

    [Fact]
    public async Task A_former_owner_trims_nothing()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await using var former = await TestOwner.OwnAsync(Database, _team, "orders");
        await former.UnlockAsync();
        await using var next = await TestOwner.OwnAsync(Database, _team, "orders", "silo-b");

        Assert.Equal(0, await former.Cursor.TrimWakeupsAsync(Ct));
    }

    private async Task<string> PassedAsync()
    {
        var name = await Database.AddOldPartitionAsync();
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0, final: true);
        await Database.AgeEntriesAsync(_team);
        await using var owner = await TestOwner.OwnAsync(Database, _team, "orders");
        await owner.ApplyAllAsync();
        await owner.Cursor.LeaveAsync(Ct);
        await owner.UnlockAsync();
        return name;
    }
}
