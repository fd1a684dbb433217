using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A group is closed first, then its sinks remove what they hold, then the queue does. Nothing of other groups is touched.
public sealed class ForgetTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Calls =>
    [
        "SELECT orleans_batch.enqueue(team_id => $1, schema_id => 'orders', run_id => $2, batch_index => 1, path => 'x')",
        "SELECT orleans_batch.enqueue(team_id => $1, schema_id => 'orders', run_id => $2, batch_index => 0, path => 'x')",
        "SELECT orleans_batch.enqueue(team_id => $1, schema_id => 'orders', run_id => gen_random_uuid(), batch_index => 0, path => 'x')",
        "SELECT orleans_batch.enqueue($1, 'orders', $2, 1, NULL, is_final => true)",
        "SELECT orleans_batch.enqueue_many(ARRAY[$1], '{orders}', ARRAY[$2], '{1}', '{x}')",
        "SELECT orleans_batch.enqueue_many(ARRAY[$1], '{orders}', ARRAY[gen_random_uuid()], '{0}', '{x}', sync_types => '{full_refresh}')",
        "SELECT orleans_batch.seal_run($2) WHERE $1 > 0",
        "SELECT orleans_batch.cancel_run($2) WHERE $1 > 0",
        "SELECT orleans_batch.skip_batch($2, 0, why => 'x') WHERE $1 > 0",
    ];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_group_that_is_being_forgotten_refuses_every_call_that_would_add_to_it(string call)
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        await Database.ForgetAsync(_team, "orders");

        await Database.RefusesAsync(
            _team, "OB047", $"Group {_team}/orders is being forgotten", () => Database.ExecuteAsync(call, _team, _run));

        Assert.Equal(1L, await Database.EnqueueAsync(_team, "others", Guid.NewGuid(), 0));
    }

    [Theory]
    [InlineData("orders", null, "they left", "OB028", "There is no group")]
    [InlineData(null, null, "they left", "OB028", "There is no group of team")]
    [InlineData("kept", null, " ", "OB049", "only with a reason")]
    [InlineData("kept", "nowhere", "they left", "OB026", "no sink named")]
    [InlineData("kept", null, "they left", "OB050", "Sink \"probe\" is disabled")]
    public async Task A_forget_that_can_t_be_meant_is_refused(string? schema, string? leave, string why, string code, string sentence)
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "kept", _run, 0);
        await (await TestOwner.OwnAsync(Database, _team, "kept")).DisposeAsync();
        await Database.ExecuteAsync("SELECT orleans_batch.disable_sink('probe')");
        var team = schema is null && code == "OB028" ? TestIds.NextTeam() : _team;

        await Database.RefusesAsync(_team, code, sentence, () => Database.ExecuteAsync(
            "SELECT orleans_batch.forget($1, $2, $3, why => $4)", team, schema, leave, why));
    }

    // Each table that names groups has a row of this one, so a table that the removal leaves out is found.
    [Fact]
    public async Task A_removal_in_slices_that_is_cut_off_goes_on_and_leaves_no_row_in_any_table()
    {
        await StageEverywhereAsync("orders");
        await StageEverywhereAsync("others");
        var (group, other) = (await Database.GroupIdAsync(_team, "orders"), await Database.GroupIdAsync(_team, "others"));
        var before = await Database.RowsOfGroupAsync(other);
        Assert.DoesNotContain(await Database.RowsOfGroupAsync(group), t => t.Value == 0 && t.Key != "forgetting");
        await Database.PauseAsync(_team, "orders");

        Assert.Equal(1, await Database.ForgetAsync(_team, "orders"));
        await using (var owner = await TestOwner.OwnAsync(Database, _team, "orders"))
        {
            Assert.Equal("waits", await Database.RemoveAsync(group));
            Assert.True(await owner.ComplyWithForgetAsync());
        }

        Assert.Equal("more", await Database.RemoveAsync(group, atMost: 2));
        await using (var cutOff = await StagedSession.BeginAsync(Database))
        {
            await cutOff.ExecuteAsync("SELECT orleans_batch.remove_group($1, 2)", group);
            await cutOff.RollbackAsync();
        }

        Assert.Equal("forgetting", await Database.ScalarAsync<string>(
            "SELECT state FROM orleans_batch.group_status WHERE team_id = $1 AND schema_id = 'orders'", _team));
        var (outcome, calls) = await Database.RemoveAllAsync(group, atMost: 2);
        Assert.Equal("removed", outcome);
        Assert.InRange(calls, 4, 20);
        Assert.DoesNotContain(await Database.RowsOfGroupAsync(group), t => t.Value > 0);
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.load_call WHERE lake = 'orders'"));
        Assert.Equal(before, await Database.RowsOfGroupAsync(other));
        Assert.Equal("gone", await Database.RemoveAsync(group));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.pause WHERE team_id = $1", _team));
        Assert.Equal(
            [("forget", $"group {_team}/orders", "ann", "they left"), ("forgotten", $"group {_team}/orders", "ann", "they left")],
            await Database.ActionsAsync());
    }

    [Fact]
    public async Task A_group_of_the_same_name_begins_anew_and_a_run_from_before_stays_refused()
    {
        var sink = await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        await using (var before = await TestOwner.OwnAsync(Database, _team, "orders"))
        {
            // The clock was ahead, and is set back before the group comes again.
            await Database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET epoch = epoch * 2");
        }

        var old = await Database.ScalarAsync<long>("SELECT epoch FROM orleans_batch.sink_cursor");
        await ForgetAllAsync("orders");

        await Database.RefusesAsync(_team, "OB048", $"Run {_run} was forgotten", () => Database.EnqueueAsync(_team, "orders", _run, 1));
        await Database.RefusesAsync(_team, "OB048", $"Run {_run} was forgotten", () => Database.ExecuteAsync(
            "SELECT orleans_batch.enqueue_many(ARRAY[$1], '{orders}', ARRAY[$2], '{1}', '{x}')", _team, _run));
        Assert.Equal(1L, await Database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0));
        await using var owner = await TestOwner.OwnAsync(Database, _team, "orders");
        Assert.InRange(owner.Cursor.Epoch, old + 1, long.MaxValue);
        Assert.Equal((1L, sink), ((await owner.FetchAsync()).Seq, owner.Key.SinkId));
    }

    // An earlier silo takes a request that it does not know for a skip, and closes it.
    [Fact]
    public async Task A_request_that_was_closed_without_a_removal_is_made_again()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        await (await TestOwner.OwnAsync(Database, _team, "orders")).DisposeAsync();
        await Database.ForgetAsync(_team, "orders");
        await Database.ExecuteAsync("UPDATE orleans_batch.operator_request SET done_at = clock_timestamp(), outcome = 'Too late.'");
        var group = await Database.GroupIdAsync(_team, "orders");

        await Eventually.EqualsAsync(
            1L, async () =>
            {
                Assert.Equal("waits", await Database.RemoveAsync(group));
                return await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.operator_request WHERE done_at IS NULL");
            },
            TimeSpan.FromSeconds(10), "the former owner's session is over, and the request is there once more");

        await using var owner = await TestOwner.OwnAsync(Database, _team, "orders");
        Assert.True(await owner.ComplyWithForgetAsync());
        await RemovedAsync(group);
    }

    [Fact]
    public async Task A_sink_that_is_left_keeps_what_it_holds_and_is_asked_for_nothing()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        await (await TestOwner.OwnAsync(Database, _team, "orders")).DisposeAsync();
        var group = await Database.GroupIdAsync(_team, "orders");
        await Database.ForgetAsync(_team, "orders");
        var finding = await FindingAsync();
        Assert.Equal(("warning", $"{_team}/orders"), (finding.Severity, finding.Subject));
        Assert.Contains("No silo that is running serves sink probe", finding.Message, StringComparison.Ordinal);
        Assert.Contains($"orleansbatch forget {_team}/orders --leave probe", finding.Remedy, StringComparison.Ordinal);

        await Database.ForgetAsync(_team, "orders", leave: "probe");

        await RemovedAsync(group);
        Assert.Equal(
            ["forget", "forget", "forgotten"], (await Database.ActionsAsync()).Select(a => a.Verb));
        Assert.Equal($"group {_team}/orders but in sink probe", (await Database.ActionsAsync())[1].Subject);
    }

    // Nobody is at work on it, its producer is silent, and no wakeup is left: all of that is as it should be.
    [Fact]
    public async Task A_sweep_and_doctor_leave_a_closed_group_alone()
    {
        await using var poller = await ServingPoller.StartAsync(Database, "silo-a");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        await Database.ForgetAsync(_team, "orders");
        await Database.ExecuteAsync("UPDATE orleans_batch.run SET alive_at = clock_timestamp() - interval '1 day'");
        await Database.ExecuteAsync("DELETE FROM orleans_batch.wakeup");
        await Database.ExecuteAsync("SELECT orleans_batch.add_sink('late')");

        Assert.Equal(0, await Database.ScalarAsync<int>("SELECT orleans_batch.strand_runs()"));
        await using var session = await StagedSession.OpenAsync(Database);
        Assert.Equal(0, await QueueStatements.Load("mend_wakeups").On(session.Connection, 0, 100).FirstAsync(r => r.GetInt32(1), Ct));
        await Eventually.UntilAsync(
            () => Database.ScalarAsync<bool>("SELECT orleans_batch.seed_sink('late')"), TimeSpan.FromSeconds(20), "the sink is active");
        Assert.Equal(0L, await Database.WakeupsAsync(_team));
        Assert.Equal(
            ["forget_open", "sink_unserved"],
            await Database.RowsAsync("SELECT code FROM orleans_batch.doctor() ORDER BY code", r => r.GetString(0)));
    }

    // A candidate of a poll may be old by the time it is started.
    [Fact]
    public async Task A_start_that_comes_after_the_removal_leaves_nothing_behind()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        await using var late = await TestOwner.OpenAsync(Database, _team, "orders");
        await ForgetAllAsync("orders");

        Assert.True(await late.TryLockAsync());
        Assert.True(await late.Cursor.IsParkedAsync(Ct));
        Assert.DoesNotContain(await Database.RowsOfGroupAsync(late.Key.GroupId), t => t.Value > 0);
    }

    // What is kept of the group lies in a partition that was detached when the group was removed.
    [Fact]
    public async Task Entries_in_a_detached_partition_keep_nothing_from_being_dropped()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "orders", _run, 0, final: true);
        await Database.EnqueueAsync(_team, "others", Guid.NewGuid(), 0);
        var name = await Database.AddOldPartitionAsync();
        await Database.ExecuteAsync(
            "UPDATE orleans_batch.log_entry SET created_at = clock_timestamp() - interval '10 days' WHERE run_id = $1", _run);
        await Database.ExecuteAsync($"ALTER TABLE orleans_batch.log_entry DETACH PARTITION orleans_batch.{name}");

        await ForgetAllAsync("orders");

        Assert.Equal((1, 0), await Database.RetainAsync());
        Assert.Null(await Database.StateOfPartitionAsync(name));
    }

    private async Task<Finding> FindingAsync() => Assert.Single(await Database.RowsAsync(
        "SELECT code, severity, subject, message, remedy FROM orleans_batch.doctor() WHERE code = 'forget_open'",
        r => new Finding(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4))));

    private async Task ForgetAllAsync(string schema)
    {
        var group = await Database.GroupIdAsync(_team, schema);
        await Database.ForgetAsync(_team, schema);
        if (await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.sink_cursor WHERE group_id = $1", group) > 0)
        {
            await using var owner = await TestOwner.OwnAsync(Database, _team, schema);
            Assert.True(await owner.ComplyWithForgetAsync());
        }

        await RemovedAsync(group);
    }

    private Task RemovedAsync(int group) => Eventually.EqualsAsync(
        "removed", async () => (await Database.RemoveAllAsync(group)).Outcome, TimeSpan.FromSeconds(20), "no session holds the group");

    // Two runs with three batches each, and a row of the group in every other table.
    private async Task StageEverywhereAsync(string schema)
    {
        await Database.AddSinkAsync("probe");
        foreach (var run in new[] { Guid.NewGuid(), Guid.NewGuid() })
        {
            for (var index = 0; index < 3; index++)
            {
                await Database.EnqueueAsync(_team, schema, run, index, final: index == 2);
            }
        }

        await Database.ExecuteAsync(
            """
            WITH g AS (SELECT x.group_id FROM orleans_batch.batch_group AS x WHERE x.team_id = $1 AND x.schema_id = $2),
            r AS (SELECT x.run_id, x.group_id FROM orleans_batch.run AS x JOIN g ON g.group_id = x.group_id),
            a AS (INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, epoch, next_seq) SELECT g.group_id, 1, 1, 3 FROM g),
            b AS (INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id) SELECT r.run_id, 1, r.group_id FROM r),
            c AS (INSERT INTO orleans_batch.run_notification (run_id, sink_id, group_id) SELECT r.run_id, 1, r.group_id FROM r),
            d AS (INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why)
                  SELECT g.group_id, 1, n, 'skipped', 'x', 'x' FROM g, generate_series(1, 2) AS n),
            e AS (INSERT INTO orleans_batch.batch_attempt (group_id, sink_id, from_seq, to_seq, attempt, outcome, finished_at, silo, epoch)
                  SELECT g.group_id, 1, n, n, 1, 'succeeded', clock_timestamp(), 'x', 1 FROM g, generate_series(1, 9) AS n),
            f AS (INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, reason) SELECT g.group_id, 1, $1, 'blocked' FROM g),
            h AS (INSERT INTO orleans_batch.not_ready (group_id, sink_id, seq, since, asked_at, tries, code, reason)
                  SELECT g.group_id, 1, 3, clock_timestamp(), clock_timestamp(), 1, 'other', 'x' FROM g),
            i AS (INSERT INTO orleans_batch.unreached (group_id, sink_id, silo, seq, reason, noted_at)
                  SELECT g.group_id, 1, 'x', 3, 'x', clock_timestamp() FROM g),
            j AS (INSERT INTO orleans_batch.hung_call (silo, group_id, sink_id, since) SELECT 'x', g.group_id, 1, clock_timestamp() FROM g),
            k AS (INSERT INTO orleans_batch.load_call (run_id, fingerprint, lake) SELECT r.run_id, 'x', $2 FROM r),
            l AS (INSERT INTO orleans_batch.upkeep (group_id, sink_id) SELECT g.group_id, 1 FROM g)
            INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why)
            SELECT g.group_id, 1, 'skip', 9, 'x', 'x' FROM g
            """,
            _team, schema);
    }
}
