using Microsoft.Extensions.Logging;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// G3: a partition goes when it is old enough and every sink has passed it in every group, and never before.
public sealed class RetentionTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task A_partition_that_every_sink_has_passed_goes_with_its_runs()
    {
        var name = await PassedAsync();
        await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0, final: true);

        Assert.Equal((1, 0), await Database.RetainAsync());

        Assert.Null(await Database.StateOfPartitionAsync(name));
        Assert.Equal(0, await Database.ScalarAsync<long>(
            """
            SELECT (SELECT count(*) FROM orleans_batch.run WHERE run_id = $1)
              + (SELECT count(*) FROM orleans_batch.sink_run WHERE run_id = $1)
              + (SELECT count(*) FROM orleans_batch.batch_exception)
            """,
            _run));
        Assert.Equal(1, await Database.EntriesAsync(_team));
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.run"));
    }

    [Theory]
    [InlineData("INSERT INTO orleans_batch.sink (name) VALUES ('late')", "late")]
    [InlineData("INSERT INTO orleans_batch.sink (name, state) VALUES ('off', 'disabled')", "off")]
    [InlineData("INSERT INTO orleans_batch.sink (name, upstream_id) SELECT 'follower', sink_id FROM orleans_batch.sink", "follower")]
    [InlineData("UPDATE orleans_batch.sink_cursor SET next_seq = 2", "probe")]
    [InlineData("UPDATE orleans_batch.sink_cursor SET next_seq = 1, replay_to = 2", "probe")]
    [InlineData(
        """
        INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why)
        SELECT group_id, sink_id, 'replay', 1, 'somebody', 'because' FROM orleans_batch.sink_cursor
        """,
        "probe")]
    [InlineData("DELETE FROM orleans_batch.sink_cursor; DELETE FROM orleans_batch.sink", null)]
    public async Task A_partition_that_somebody_needs_stays_and_is_shown(string needing, string? sink)
    {
        var name = await PassedAsync();
        await Database.ExecuteAsync(needing);

        Assert.Equal((0, 1), await Database.RetainAsync());

        Assert.Equal("attached", await Database.StateOfPartitionAsync(name));
        Assert.Equal(2, await Database.EntriesAsync(_team));
        Assert.Equal(
            (_team, "orders", sink, 2L),
            Assert.Single(await Database.RowsAsync(
                "SELECT held_by_team, held_by_schema, held_by_sink, held_seq FROM orleans_batch.partition_status() WHERE name = $1 "
                    + "AND overdue",
                r => (r.GetInt64(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetInt64(3)),
                name)));
    }

    // Every sweep finds the same, for as long as it takes.
    [Fact]
    public async Task A_partition_that_stays_is_logged_once_and_not_with_every_sweep()
    {
        using var logs = new RecordingLogs();
        using var loggers = LoggerFactory.Create(b => b.AddProvider(logs));
        var retention = OldPartition.NewRetention(loggers);
        await PassedAsync();
        await Database.ExecuteAsync("INSERT INTO orleans_batch.sink (name) VALUES ('late')");

        await Database.RetainAsync(retention);
        Assert.Equal((0, 1), await Database.RetainAsync(retention));

        Assert.Single(logs.Of(321));
    }

    [Fact]
    public async Task A_sink_that_begins_after_the_partition_does_not_hold_it()
    {
        var name = await PassedAsync();
        await Database.ExecuteAsync("INSERT INTO orleans_batch.sink (name, starts_at) VALUES ('tail', clock_timestamp())");

        Assert.Equal((1, 0), await Database.RetainAsync());

        Assert.Null(await Database.StateOfPartitionAsync(name));
    }

    [Fact]
    public async Task Old_attempts_go_whoever_made_them()
    {
        var name = await Database.AddOldPartitionAsync("batch_attempt");

        Assert.Equal((1, 0), await Database.RetainAsync());

        Assert.Null(await Database.StateOfPartitionAsync(name));
    }

    [Fact]
    public async Task A_detached_partition_that_is_not_old_is_attached_again()
    {
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        var today = await Database.ScalarAsync<string>(
            "SELECT 'log_entry_' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDD')");
        await Database.ExecuteAsync($"ALTER TABLE orleans_batch.log_entry DETACH PARTITION orleans_batch.{today}");
        Assert.Equal(0, await Database.EntriesAsync(_team));

        await Database.RetainAsync();

        Assert.Equal(1, await Database.EntriesAsync(_team));
        Assert.Equal(2, await Database.EnqueueAsync(_team, "orders", _run, 1));
    }

    // An operator detached the partition, or a sweep was cut off before it looked again.
    [Fact]
    public async Task A_detached_partition_that_is_old_is_attached_again_when_it_is_needed_and_dropped_when_not()
    {
        var name = await PassedAsync();
        await Database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET next_seq = 2");
        await Database.ExecuteAsync($"ALTER TABLE orleans_batch.log_entry DETACH PARTITION orleans_batch.{name}");

        await Database.RetainAsync();
        Assert.Equal("attached", await Database.StateOfPartitionAsync(name));
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.run"));

        await Database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET next_seq = 3");
        await Database.ExecuteAsync($"ALTER TABLE orleans_batch.log_entry DETACH PARTITION orleans_batch.{name}");
        await Database.RetainAsync();
        Assert.Null(await Database.StateOfPartitionAsync(name));
    }

    [Fact]
    public async Task A_partition_that_is_attached_is_never_dropped_and_nothing_of_it_forgotten()
    {
        var name = await PassedAsync();

        foreach (var call in new[] { "drop_partition($1)", "forget_slice($1, -1, 10)" })
        {
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(
                () => Database.ExecuteAsync($"SELECT orleans_batch.{call}", name));
            Assert.Equal("OB039", refused.SqlState);
        }

        Assert.Equal(2, await Database.EntriesAsync(_team));
    }

    // The run is still open, so the run is kept and its numbering with it.
    [Fact]
    public async Task A_batch_of_an_open_run_that_was_dropped_is_refused_when_it_is_repeated()
    {
        await PassedAsync(final: false);
        Assert.Equal((1, 0), await Database.RetainAsync());

        await Database.RefusesAsync(_team, "OB009", "goes backwards", () => Database.EnqueueAsync(_team, "orders", _run, 0));
        Assert.Equal(3, await Database.EnqueueAsync(_team, "orders", _run, 2, final: true));
    }

    private async Task<string> PassedAsync(bool final = true)
    {
        var name = await Database.AddOldPartitionAsync();
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        await Database.EnqueueAsync(_team, "orders", _run, 1, final: final);
        await Database.AgeEntriesAsync(_team);
        await using var owner = await TestOwner.OwnAsync(Database, _team, "orders");
        await owner.ApplyAllAsync();
        await owner.Cursor.LeaveAsync(TestContext.Current.CancellationToken);
        await owner.UnlockAsync();
        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why)
            SELECT group_id, sink_id, 1, 'skipped', 'somebody', 'because' FROM orleans_batch.sink_cursor
            """);
        return name;
    }
}
