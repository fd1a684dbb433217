using Npgsql;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// Each fault in the queue's tables is found under its code, with a remedy.
public sealed class DoctorTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const string Run = "0190a1b2-0000-7000-8000-000000000001";

    [Fact]
    public async Task A_healthy_queue_shows_nothing()
    {
        await using var poller = await ServedAsync();
        var run = Guid.NewGuid();
        await Database.EnqueueAsync(7, "orders", run, 0, final: true);
        await using (var owner = await TestOwner.OwnAsync(Database, 7, "orders"))
        {
            await owner.ClaimAsync();
            Assert.Empty(await FindAsync());
        }
    }

    // Each case has the fault, staged after one batch of an open run was enqueued, and the finding.
    [Theory]
    [InlineData(
        "wakeup_lost", "error", "7/it's in probe", "1 unfinished entries", "orleansbatch serve",
        "DELETE FROM orleans_batch.wakeup")]
    [InlineData(
        "cursor_orphaned", "warning", "group 99, sink 1", "no such group", "DELETE FROM orleans_batch.sink_cursor WHERE group_id = 99",
        "INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch) VALUES (99, 1, 1)")]
    [InlineData(
        "cursor_orphaned", "warning", "group 1, sink 99", "no such sink", "AND sink_id = 99",
        "INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch) VALUES (1, 99, 1)")]
    [InlineData(
        "sink_unserved", "warning", "other", "no silo that is running serves it; 0 groups", "orleansbatch serve --sinks other",
        "INSERT INTO orleans_batch.sink (name) VALUES ('other')")]
    [InlineData(
        "sink_unserved", "error", "probe", "no silo that is running serves it; 1 groups", "orleansbatch sink disable probe",
        "DELETE FROM orleans_batch.silo_sink")]
    [InlineData(
        "sink_adding", "warning", "other", "still being added", "orleansbatch serve",
        "SELECT orleans_batch.add_sink('other')")]
    [InlineData(
        "group_blocked", "error", "7/it's in probe", "It is broken.", "orleansbatch unblock '7/it'\\''s' --sink probe",
        "INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, reason, error) VALUES (1, 1, 7, 'blocked', 'It is broken.')")]
    [InlineData(
        "run_silent", "warning", Run, "\"orleansbatch seal " + Run + "\" ends it as complete",
        "orleansbatch cancel " + Run + " --reason \"...\"",
        "UPDATE orleans_batch.run SET alive_at = clock_timestamp() - interval '3 hours'")]
    [InlineData(
        "run_mismatch", "error", Run, "is still running in sink probe", "orleansbatch replay '7/it'\\''s' --from 1 --sink probe",
        """
        SELECT orleans_batch.seal_run(run_id) FROM orleans_batch.run;
        INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id) SELECT run_id, 1, 1 FROM orleans_batch.run;
        INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch, next_seq) VALUES (1, 1, 1, 3)
        """)]
    [InlineData(
        "run_mismatch", "error", Run, "has succeeded in sink probe, although", "orleansbatch show",
        """
        SELECT orleans_batch.seal_run(run_id) FROM orleans_batch.run;
        INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id, state, finished_at)
        SELECT run_id, 1, 1, 'succeeded', clock_timestamp() FROM orleans_batch.run;
        INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch, next_seq) VALUES (1, 1, 1, 2)
        """)]
    [InlineData(
        "notification_failing", "warning", Run, "failed 3 times", "orleansbatch show",
        """
        INSERT INTO orleans_batch.run_notification (run_id, sink_id, group_id, tries, last_error)
        SELECT run_id, 1, 1, 3, 'No mail.' FROM orleans_batch.run
        """)]
    [InlineData(
        "request_open", "warning", "request 1", "ann asked 60 min ago to replay from entry 1", "orleansbatch serve --sinks probe",
        """
        INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why, created_at)
        VALUES (1, 1, 'replay', 1, 'ann', '', clock_timestamp() - interval '1 hour')
        """)]
    [InlineData(
        "pause_forgotten", "warning", "group 7/it's in sink probe", "paused for 8 days, by ann (moving); 1 entries wait",
        "orleansbatch resume '7/it'\\''s' --sink probe",
        """
        SELECT orleans_batch.pause(7, 'it''s', 'probe', 'ann', 'moving');
        UPDATE orleans_batch.pause SET created_at = clock_timestamp() - interval '8 days'
        """)]
    [InlineData(
        "pause_forgotten", "warning", "everything", "Everything has been paused", "orleansbatch resume --all",
        """
        SELECT orleans_batch.pause();
        UPDATE orleans_batch.pause SET created_at = clock_timestamp() - interval '8 days'
        """)]
    [InlineData(
        "partition_detached", "error", "log_entry_20200101", "is not attached", "ATTACH PARTITION orleans_batch.log_entry_20200101",
        "CREATE TABLE orleans_batch.log_entry_20200101 (LIKE orleans_batch.log_entry INCLUDING ALL)")]
    [InlineData(
        "work_paused", "warning", "team 7", "has been paused for 0 s, by ann (moving); 1 entries wait", "orleansbatch resume 7",
        "SELECT orleans_batch.pause(7, NULL, NULL, 'ann', 'moving')")]
    [InlineData(
        "not_ready", "error", "7/it's in probe", "has waited for sink probe for 60 min, asked 9 times: It is gone.",
        "orleansbatch replay '7/it'\\''s' --from 1 --sink probe --force",
        """
        INSERT INTO orleans_batch.not_ready (group_id, sink_id, seq, since, asked_at, tries, code, reason)
        VALUES (1, 1, 1, clock_timestamp() - interval '1 hour', clock_timestamp(), 9, 'missing', 'It is gone.')
        """)]
    [InlineData(
        "run_failed", "error", Run, "failed in sink probe 3 days ago, and nobody has looked after it: Bad file.",
        "orleansbatch retry " + Run,
        """
        INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id, state, first_error, finished_at)
        SELECT run_id, 1, 1, 'failed', 'Bad file.', clock_timestamp() - interval '3 days' FROM orleans_batch.run
        """)]
    public async Task What_is_wrong_is_found(string code, string severity, string subject, string message, string remedy, string staged)
    {
        await using var poller = await ServedAsync();
        await Database.EnqueueAsync(7, "it's", Guid.Parse(Run), 0);
        Assert.Empty(await FindAsync());
        await Database.ExecuteAsync(staged);

        var found = Assert.Single(await FindAsync(), f => f.Code == code);

        Assert.Equal((severity, subject), (found.Severity, found.Subject));
        Assert.Contains(message, found.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, found.Remedy, StringComparison.Ordinal);
    }

    // Each case is an answer of somebody to a failed run.
    [Theory]
    [InlineData("SELECT orleans_batch.retry_run(run_id => '" + Run + "', force => true)")]
    [InlineData("SELECT orleans_batch.acknowledge_run(run_id => '" + Run + "', who => 'ann', why => 'Not needed.')")]
    [InlineData("UPDATE orleans_batch.run SET state = 'cancelled'")]
    [InlineData(
        """
        SELECT orleans_batch.enqueue(
          team_id => 7, schema_id => 'orders', run_id => '0190a1b2-0000-7000-8000-000000000002', batch_index => 0,
          path => 'x', is_final => true, sync_type => 'full_refresh');
        INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id, state, finished_at)
        VALUES ('0190a1b2-0000-7000-8000-000000000002', 1, 1, 'succeeded', clock_timestamp());
        UPDATE orleans_batch.sink_cursor SET next_seq = 3
        """)]
    public async Task A_failed_run_that_somebody_has_looked_after_is_no_finding(string mended)
    {
        await using var poller = await ServedAsync();
        await Database.EnqueueAsync(7, "orders", Guid.Parse(Run), 0, final: true);
        await using (var owner = await TestOwner.OwnAsync(Database, 7, "orders"))
        {
            await owner.FailAsync(await owner.ClaimAsync());
            await owner.Cursor.DropWakeupsIfDrainedAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("run_failed", Assert.Single(await FindAsync()).Code);

        await Database.ExecuteAsync(mended);

        Assert.Empty(await FindAsync());
    }

    [Theory]
    [InlineData("0190a1b2-0000-7000-8000-00000000000f", "OB018")]
    [InlineData(Run, "OB023")]
    public async Task Only_a_run_that_has_failed_can_be_acknowledged(string run, string sqlState)
    {
        await Database.EnqueueAsync(7, "orders", Guid.Parse(Run), 0);

        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => Database.ExecuteAsync("SELECT orleans_batch.acknowledge_run($1)", Guid.Parse(run)));

        Assert.Equal(sqlState, refused.SqlState);
    }

    // The sentence of a sink that is not ready may be old: the group has got on, waits for something else, or has been mended.
    [Theory]
    [InlineData("UPDATE orleans_batch.sink_cursor SET next_seq = 2")]
    [InlineData(
        """
        INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, until, reason)
        VALUES (1, 1, 7, clock_timestamp() + interval '1 h', 'retry')
        """)]
    [InlineData("UPDATE orleans_batch.not_ready SET since = clock_timestamp() - interval '4 minutes'")]
    public async Task A_group_that_does_not_wait_for_its_sink_or_not_yet_for_long_is_no_finding(string otherwise)
    {
        await using var poller = await ServedAsync();
        await Database.EnqueueAsync(7, "orders", Guid.NewGuid(), 0);
        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch) VALUES (1, 1, 1);
            INSERT INTO orleans_batch.not_ready (group_id, sink_id, seq, since, asked_at, tries, code, reason)
            VALUES (1, 1, 1, clock_timestamp() - interval '6 minutes', clock_timestamp(), 9, 'locked', 'It is locked.')
            """);
        Assert.Equal("not_ready", Assert.Single(await FindAsync()).Code);

        await Database.ExecuteAsync(otherwise);

        Assert.DoesNotContain(await FindAsync(), f => f.Code == "not_ready");
    }

    [Fact]
    public async Task Partitions_that_are_missing_ahead_are_found_until_the_remedy_has_made_them()
    {
        await using var poller = await ServedAsync();
        await Database.ExecuteAsync(
            """
            DO $$ BEGIN
              EXECUTE 'DROP TABLE orleans_batch.log_entry_' || to_char(now() AT TIME ZONE 'UTC' + interval '1 day', 'YYYYMMDD');
              EXECUTE 'DROP TABLE orleans_batch.batch_attempt_' || to_char(now() AT TIME ZONE 'UTC' + interval '3 days', 'YYYYMMDD');
            END $$
            """);

        Assert.Equal(
            [("error", "log_entry", "orleansbatch migrate"), ("warning", "batch_attempt", "orleansbatch migrate")],
            (await FindAsync()).Select(f => (f.Severity, f.Subject, f.Remedy)));
        using var cli = new OperatorCli(Database);
        Assert.Equal(0, (await cli.ShellAsync("orleansbatch migrate")).ExitCode);
        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task A_batch_that_runs_for_too_long_is_found_while_its_owner_holds_the_group()
    {
        await using var poller = await ServedAsync();
        await Database.EnqueueAsync(7, "orders", Guid.NewGuid(), 0);
        await using (var owner = await TestOwner.OwnAsync(Database, 7, "orders"))
        {
            await owner.ClaimAsync();
            await Database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET claimed_at = clock_timestamp() - interval '3 hours'");

            var found = Assert.Single(await FindAsync());
            Assert.Equal(("batch_stuck", "orleansbatch evict 7/orders --sink probe"), (found.Code, found.Remedy));
            Assert.Contains("silo-a has been at entry 1 of group 7/orders in sink probe for 3 h", found.Message, StringComparison.Ordinal);
            Assert.Empty(await FindAsync("stuck_after => '4 hours'"));
        }

        Assert.Empty(await FindAsync());
    }

    [Theory]
    [InlineData("SELECT orleans_batch.disable_sink('probe')", "disabled", "orleansbatch sink enable probe")]
    [InlineData(
        "INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, reason) VALUES (1, 1, 7, 'paused')", "paused",
        "orleansbatch resume")]
    [InlineData(
        "INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, reason) VALUES (1, 1, 7, 'blocked')", "stopped",
        "orleansbatch unblock")]
    public async Task Days_of_the_log_that_cannot_be_dropped_are_found_with_what_holds_them(string staged, string cause, string remedy)
    {
        await using var poller = await ServedAsync();
        await Database.EnqueueAsync(7, "orders", Guid.NewGuid(), 0);
        await Database.ExecuteAsync(
            $"""
            CREATE TABLE orleans_batch.log_entry_20200101 PARTITION OF orleans_batch.log_entry
              FOR VALUES FROM ('2020-01-01Z') TO ('2020-01-02Z');
            UPDATE orleans_batch.log_entry SET created_at = '2020-01-01 12:00Z';
            {staged}
            """);

        var found = Assert.Single(await FindAsync(), f => f.Code == "partition_held");

        Assert.Contains("from 2020-01-01 on: 1 groups", found.Message, StringComparison.Ordinal);
        Assert.Contains(cause, found.Message, StringComparison.Ordinal);
        Assert.StartsWith(remedy, found.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_than_50_of_a_kind_are_listed_and_the_rest_is_counted()
    {
        await using var poller = await ServedAsync();
        await Database.ExecuteAsync(
            "INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch) SELECT n, 1, 1 FROM generate_series(100, 159) AS n");

        var found = await FindAsync();

        Assert.Equal(50, found.Count);
        Assert.EndsWith("There are 10 more like it.", found[^1].Message, StringComparison.Ordinal);
    }

    // The sink and a silo that serves it. A silo serves when its poller is connected.
    private async Task<NpgsqlConnection> ServedAsync()
    {
        await Database.AddSinkAsync("probe");
        await Database.ExecuteAsync("INSERT INTO orleans_batch.silo_sink (silo, sink_id) VALUES ('silo-a', 1)");
        var poller = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database.ConnectionString)
        {
            ApplicationName = "orleans-batch-poller@silo-a",
            Pooling = false,
        }.ConnectionString);
        await poller.OpenAsync(TestContext.Current.CancellationToken);
        return poller;
    }

    private Task<List<Finding>> FindAsync(string arguments = "") => Database.RowsAsync(
        $"SELECT code, severity, subject, message, remedy FROM orleans_batch.doctor({arguments})",
        r => new Finding(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)));
}
