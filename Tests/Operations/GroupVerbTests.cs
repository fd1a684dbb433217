using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// replay, pause, resume, evict, unblock and forget, as scripts and people use them.
[Trait("Length", "Long")]
public sealed class GroupVerbTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("replay orders --from 1 --sink probe --yes", "TEAM/SCHEMA")]
    [InlineData("replay 7/ --from 1 --sink probe --yes", "TEAM/SCHEMA")]
    [InlineData("replay 7/orders --from 0 --sink probe --yes", "1 or more")]
    [InlineData("replay 7/orders --from 1 --yes", "--sink")]
    [InlineData("replay 7/orders --from 1 --sink probe", "--yes")]
    [InlineData("pause", "--all")]
    [InlineData("pause orders", "neither a team nor a group")]
    [InlineData("pause 7 --all --yes", "leave")]
    [InlineData("pause --all", "--yes")]
    [InlineData("pause 7 --who", "--who")]
    [InlineData("resume", "--all")]
    [InlineData("evict 7", "TEAM/SCHEMA")]
    [InlineData("evict 7/orders --sink probe", "--yes")]
    [InlineData("unblock 7/orders", "--sink")]
    [InlineData("forget orders --reason x --yes", "neither a team nor a group")]
    [InlineData("forget 7/orders --yes", "--reason")]
    [InlineData("forget 7/orders --reason x", "--yes")]
    public async Task Wrong_usage_is_exit_code_2_and_changes_nothing(string line, string said)
    {
        using var cli = new OperatorCli(Database);
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(7, "orders", Guid.NewGuid(), 0);
        var before = await Database.StateOfAsync(7);

        Assert.Contains(said, await cli.RunAsync(2, line.Split(' ')), StringComparison.Ordinal);

        Assert.Equal(before, await Database.StateOfAsync(7));
        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.pause"));
        Assert.Empty(await Database.ActionsAsync());
    }

    [Fact]
    public async Task Replay_leaves_a_request_for_the_owner_and_refuses_what_would_repeat_rows()
    {
        using var cli = new OperatorCli(Database);
        var (keyed, appended) = (Guid.NewGuid(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await Database.ExecuteAsync(
            """
            SELECT orleans_batch.enqueue(team_id => 7, schema_id => 'it''s', run_id => $1, batch_index => 0, path => 'x', is_final => true,
              sync_type => 'incremental', primary_keys => '{id}')
            """,
            keyed);
        await Database.EnqueueAsync(7, "rows", appended, 0, final: true);
        await using (await TestSilos.StartAsync(Database))
        {
            await Eventually.UntilAsync(
                async () => (await Database.RunStateAsync(keyed), await Database.RunStateAsync(appended)) == ("succeeded", "succeeded"),
                _within, "both runs end");
        }

        var asked = await cli.JsonAsync(
            "replay", "7/it's", "--from", "1", "--sink", "probe", "--yes", "--reason", "lost file", "--who", "ann");

        Assert.Equal(
            ("replay", 1L, "ann", "lost file"),
            Assert.Single(await Database.RowsAsync(
                "SELECT kind, seq, who, why FROM orleans_batch.operator_request WHERE request_id = $1 AND done_at IS NULL",
                r => (r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetString(3)), asked.Number("request_id"))));
        Assert.Contains("OB033", await cli.RunAsync(1, Replay("7/rows", "1")), StringComparison.Ordinal);
        Assert.Contains("OB030", await cli.RunAsync(1, Replay("7/rows", "2", "--force")), StringComparison.Ordinal);
        Assert.Contains("OB028", await cli.RunAsync(1, Replay("8/rows", "1")), StringComparison.Ordinal);
        await cli.RunAsync(0, Replay("7/rows", "1", "--force"));

        static string[] Replay(string group, string from, params string[] more) =>
            ["replay", group, "--from", from, "--sink", "probe", "--yes", .. more];
    }

    [Fact]
    public async Task Pauses_have_a_scope_each_and_end_one_by_one()
    {
        using var cli = new OperatorCli(Database);
        await Database.AddSinkAsync("probe");

        foreach (var scope in new[] { "7", "7/orders", "7/orders --sink probe", "--sink probe", "--all --yes" })
        {
            Assert.True((await cli.JsonAsync(["pause", .. scope.Split(' '), "--reason", "moving"])).GetProperty("paused").GetBoolean());
        }

        Assert.Contains("was paused already", await cli.RunAsync(0, "pause", "7"), StringComparison.Ordinal);
        Assert.Equal(
            5, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.pause WHERE why = 'moving' AND who LIKE '%@%'"));
        Assert.Contains("OB035", await cli.RunAsync(1, "resume", "8"), StringComparison.Ordinal);
        foreach (var scope in new[] { "7/orders", "--all", "7", "--sink probe", "7/orders --sink probe" })
        {
            Assert.Equal(0, (await cli.JsonAsync(["resume", .. scope.Split(' ')])).Number("woken"));
        }

        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.pause"));
        Assert.Equal(10, (await Database.ActionsAsync()).Count);
        Assert.Contains("OB026", await cli.RunAsync(1, "pause", "--sink", "none"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_wakes_the_groups_that_waited()
    {
        using var cli = new OperatorCli(Database);
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(7, "orders", Guid.NewGuid(), 0);
        await cli.RunAsync(0, "pause", "7");

        // An owner that finds its group paused does the same.
        await Database.ExecuteAsync(
            """
            WITH gone AS (DELETE FROM orleans_batch.wakeup RETURNING team_id, group_id, sink_id)
            INSERT INTO orleans_batch.parked (team_id, group_id, sink_id, reason) SELECT team_id, group_id, sink_id, 'paused' FROM gone
            """);

        Assert.Equal(1, (await cli.JsonAsync("resume", "7")).Number("woken"));
        Assert.Equal(1, await Database.WakeupsAsync(7));
    }

    [Fact]
    public async Task Evict_takes_the_group_from_its_owner_and_another_one_goes_on()
    {
        using var cli = new OperatorCli(Database);
        var run = Guid.NewGuid();
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(7, "orders", run, 0, final: true, metadata: """{"probe":{"first_sleep_ms":600000}}""");
        await using var silos = await TestSilos.StartAsync(Database);
        await Eventually.EqualsAsync(
            "executing", () => Database.ScalarAsync<string>("SELECT state FROM orleans_batch.batch_status WHERE run_id = $1", run), _within,
            "the batch is worked on");
        var backend = await Database.ScalarAsync<int>("SELECT backend_pid FROM orleans_batch.lock_owner WHERE team_id = 7");

        Assert.Contains("--yes", await cli.RunAsync(2, "evict", "7/orders"), StringComparison.Ordinal);
        var evicted = await cli.JsonAsync("evict", "7/orders", "--yes", "--reason", "hangs", "--who", "ann");

        Assert.Equal((backend, "probe"), (evicted.Number("backend_pid"), evicted.Text("sink")));
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _within, "the next owner applies it");
        Assert.Equal([("evict", "group 7/orders in sink probe", "ann", "hangs")], await Database.ActionsAsync());
        await Eventually.EqualsAsync(
            0, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.held_lock"), _within, "the owner leaves");
        Assert.Contains("Nobody owns", await cli.RunAsync(1, "evict", "7/orders", "--yes"), StringComparison.Ordinal);
        Assert.Contains("Nobody owned", await cli.RunAsync(1, "evict", "7/orders", "--sink", "probe", "--yes"), StringComparison.Ordinal);
        Assert.Contains("is unknown", await cli.RunAsync(1, "evict", "8/orders", "--yes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unblock_lets_a_stopped_group_go_on_with_the_next_run()
    {
        using var cli = new OperatorCli(Database);
        var (bad, next) = (Guid.NewGuid(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(
            7, "orders", bad, 0, final: true, metadata: """{"probe":{"permanent":true}}""", options: """{"on_failure":"block"}""");
        await Database.EnqueueAsync(7, "orders", next, 0, final: true);
        await using var silos = await TestSilos.StartAsync(Database);
        await Eventually.EqualsAsync(
            "blocked", () => Database.ScalarAsync<string>("SELECT state FROM orleans_batch.group_status WHERE team_id = 7"), _within,
            "the group stops");

        var freed = await cli.JsonAsync("unblock", "7/orders", "--sink", "probe", "--reason", "seen", "--who", "ann");

        Assert.True(freed.GetProperty("unblocked").GetBoolean());
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(next), _within, "the next run is applied");
        Assert.Equal("failed", await Database.RunStateAsync(bad));
        Assert.Equal([("unblock", "group 7/orders in sink probe", "ann", "seen")], await Database.ActionsAsync());
        Assert.Contains("not stopped", await cli.RunAsync(1, "unblock", "7/orders", "--sink", "probe"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forget_says_what_goes_where_and_doctor_names_what_is_not_gone()
    {
        using var cli = new OperatorCli(Database);
        var run = Guid.NewGuid();
        await Database.AddSinkAsync("archive");
        await using (await TestSilos.StartAsync(Database))
        {
            await Database.EnqueueAsync(7, "orders", run, 0, final: true);
            await Database.EnqueueAsync(7, "orders", Guid.NewGuid(), 0);
            await Database.EnqueueAsync(7, "returns", Guid.NewGuid(), 0);
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _within, "the run is applied");
            var preview = await cli.RunAsync(2, "forget", "7/orders", "--reason", "they left");
            Assert.Contains(
                "Group 7/orders: 1 group, 2 runs (1 open), 2 entries. Sink probe removes what it holds of 1 group.", preview,
                StringComparison.Ordinal);
        }

        Assert.Contains("no silo serves it now", await cli.RunAsync(2, "forget", "7", "--reason", "they left"), StringComparison.Ordinal);
        Assert.Contains(
            "Sink probe keeps what it holds", await cli.RunAsync(2, "forget", "7/orders", "--leave", "probe", "--reason", "x"),
            StringComparison.Ordinal);
        Assert.Contains("OB028", await cli.RunAsync(1, "forget", "8", "--reason", "x", "--yes"), StringComparison.Ordinal);
        Assert.DoesNotContain(await Database.ActionsAsync(), a => a.Verb == "forget");

        var asked = await cli.JsonAsync("forget", "7/orders", "--reason", "they left", "--who", "ann", "--yes");

        Assert.Equal((7L, "orders", 1L), (asked.Number("team_id"), asked.Text("schema_id"), asked.Number("groups")));
        Assert.Equal([("forget", "group 7/orders", "ann", "they left")], (await Database.ActionsAsync()).Where(a => a.Verb == "forget"));
        Assert.Contains("sink probe", Assert.Single(await cli.DoctorAsync("forget_open")).Text("message"), StringComparison.Ordinal);
        Assert.Matches(@"7/orders\s+probe\s+forgetting", await cli.RunAsync(0, "status"));
    }
}
