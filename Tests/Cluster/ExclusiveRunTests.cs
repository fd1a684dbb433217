using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A batch that is one loss from its limit runs alone on its silo. No innocent batch is blamed for a crash, and none dies in one.
public sealed class ExclusiveRunTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const int MaxLosses = 3;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_batch_one_loss_from_its_limit_runs_alone_on_its_silo_and_the_others_go_on_after_it()
    {
        var (suspects, others) = (TestIds.NextTeam(), TestIds.NextTeam());
        var suspect = await EnqueueSuspectAsync(suspects, "s", """{"probe": {"sleep_ms": 700}}""");
        var runs = await EnqueueOthersAsync(others, groups: 6, batches: 12);

        await using var silos = await TestSilos.StartAsync(Database, configure: o => (o.MaxLosses, o.Slots) = (MaxLosses, 4));

        await SucceedAsync([suspect, .. runs]);
        Assert.Equal(0L, await OverlapsAsync(suspects, others));
        Assert.Equal(0, await Database.ScalarAsync<int>("SELECT max(losses) FROM orleans_batch.sink_cursor"));
    }

    [Fact]
    public async Task Two_such_batches_run_one_after_the_other()
    {
        var (one, two) = (TestIds.NextTeam(), TestIds.NextTeam());
        var first = await EnqueueSuspectAsync(one, "s", """{"probe": {"sleep_ms": 500}}""");
        var second = await EnqueueSuspectAsync(two, "s", """{"probe": {"sleep_ms": 500}}""");

        await using var silos = await TestSilos.StartAsync(
            Database, configure: o => (o.MaxLosses, o.DrainTimeout) = (MaxLosses, TimeSpan.FromSeconds(1)));

        await SucceedAsync([first, second]);
        Assert.Equal(0L, await OverlapsAsync(one, two));
        Assert.Equal(1, await Database.ScalarAsync<int>("SELECT max(attempt) FROM orleans_batch.probe_ledger"));
    }

    [Fact]
    public async Task A_hung_batch_beside_it_keeps_neither_the_silo_closed_nor_counts_an_attempt()
    {
        var (suspects, hung, others) = (TestIds.NextTeam(), TestIds.NextTeam(), TestIds.NextTeam());
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(hung, "s", Guid.NewGuid(), 0, metadata: """{"probe": {"sleep_ms": 600000}}""");
        await using var silos = await TestSilos.StartAsync(
            Database, configure: o => (o.MaxLosses, o.DrainTimeout) = (MaxLosses, TimeSpan.FromSeconds(1)));
        await Eventually.EqualsAsync(1L, () => StartsAsync(hung), _soon, "the hung batch runs");

        var suspect = await EnqueueSuspectAsync(suspects, "s");
        await Eventually.EqualsAsync(
            "not_ready", () => Database.ScalarAsync<string>("SELECT max(reason) FROM orleans_batch.parked WHERE team_id = $1", suspects),
            _soon, "the suspect gives up for now");
        var runs = await EnqueueOthersAsync(others, groups: 2, batches: 2);

        await SucceedAsync(runs);
        Assert.Equal(0L, await StartsAsync(suspects));
        Assert.Equal("waiting", await Database.RunStateAsync(suspect));
        Assert.Equal((0, MaxLosses - 1), (await Database.RowsAsync(
            "SELECT c.attempt, c.losses FROM orleans_batch.sink_cursor AS c JOIN orleans_batch.batch_group AS g USING (group_id) "
                + "WHERE g.team_id = $1",
            r => (r.GetInt32(0), r.GetInt32(1)), suspects))[0]);
    }

    // Both silos would be closed for as long as these batches take, which is longer than the test.
    [Fact]
    public async Task Of_two_silos_one_at_a_time_runs_such_a_batch_and_groups_of_other_teams_go_on_meanwhile()
    {
        var (one, two, others) = (TestIds.NextTeam(), TestIds.NextTeam(), TestIds.NextTeam());
        await using var silos = await TestSilos.StartAsync(
            Database, count: 2, configure: o => (o.MaxLosses, o.DrainTimeout) = (MaxLosses, TimeSpan.FromSeconds(1)));
        await EnqueueSuspectAsync(one, "s", """{"probe": {"sleep_ms": 600000}}""");
        await Eventually.EqualsAsync(1L, () => StartsAsync(one), _soon, "the first suspect runs alone");
        await EnqueueSuspectAsync(two, "s", """{"probe": {"sleep_ms": 600000}}""");
        await Eventually.UntilAsync(
            async () => await StartsAsync(two) > 0 || await TriesAsync(two) > 2, _soon, "the second suspect runs alone, or has asked to");

        await SucceedAsync(await EnqueueOthersAsync(others, groups: 5, batches: 4));

        Assert.Equal(0L, await StartsAsync(two));
        Assert.Equal(
            [(one, 1L, 0L)],
            await Database.RowsAsync(
                "SELECT team_id, seq, groups_waiting FROM orleans_batch.lone_batch WHERE since IS NOT NULL",
                r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2))));
        Assert.Empty(await FindingsAsync());
    }

    [Fact]
    public async Task Groups_that_wait_for_the_only_silo_are_told_why_by_status_and_doctor()
    {
        var (suspects, others) = (TestIds.NextTeam(), TestIds.NextTeam());
        await using var silos = await TestSilos.StartAsync(
            Database, configure: o => (o.MaxLosses, o.DrainTimeout) = (MaxLosses, TimeSpan.FromSeconds(1)));
        await EnqueueSuspectAsync(suspects, "s", """{"probe": {"sleep_ms": 600000}}""");
        await Eventually.EqualsAsync(1L, () => StartsAsync(suspects), _soon, "the suspect runs alone");
        Assert.Empty(await FindingsAsync());

        await EnqueueOthersAsync(others, groups: 2, batches: 1);

        Assert.Contains(
            $"entry 1 of group {suspects}/s in sink probe alone", Assert.Single(await FindingsAsync()), StringComparison.Ordinal);
        using var cli = new OperatorCli(Database);
        var alone = Assert.Single((await cli.JsonAsync("status")).GetProperty("alone").EnumerateArray());
        Assert.Equal(silos.NameOf(silos.Handles[0]), alone.Text("silo"));
        Assert.Equal((2, 2), (alone.GetProperty("losses").GetInt32(), alone.GetProperty("groups_waiting").GetInt32()));
        Assert.Matches(@"2\s+groups\s+wait\s+for\s+that", await cli.RunAsync(0, "status"));
    }

    // The state that several owners leave which were lost in the batch, one after the other.
    private async Task<Guid> EnqueueSuspectAsync(long team, string schema, string metadata = "{}")
    {
        var run = Guid.NewGuid();
        await Database.AddSinkAsync("probe");

        // No silo may start the group in between.
        await using (var enqueue = await StagedSession.BeginAsync(Database))
        {
            await enqueue.Connection.InsertWakeupsAsync(team, schema);
            await enqueue.ExecuteAsync(
                """
                SELECT orleans_batch.enqueue(
                  team_id => $1, schema_id => $2, run_id => $3, batch_index => 0, path => 'x', is_final => true, metadata => $4::jsonb)
                """,
                team, schema, run, metadata);
            await enqueue.Connection.DeleteWakeupsAsync(team);
            await enqueue.CommitAsync();
        }

        for (var loss = 0; loss < MaxLosses; loss++)
        {
            await using var owner = await TestOwner.OwnAsync(Database, team, schema);
            if (loss < MaxLosses - 1)
            {
                await owner.ClaimAsync();
            }
        }

        await Database.ExecuteAsync(
            "INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) SELECT $1, c.group_id, c.sink_id "
                + "FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $2",
            team, await Database.GroupIdAsync(team, schema));
        return run;
    }

    private async Task<List<Guid>> EnqueueOthersAsync(long team, int groups, int batches)
    {
        var runs = Enumerable.Range(0, groups).Select(_ => Guid.NewGuid()).ToList();
        for (var index = 0; index < batches; index++)
        {
            for (var group = 0; group < groups; group++)
            {
                await Database.EnqueueAsync(
                    team, $"s{group}", runs[group], index, final: index == batches - 1, metadata: """{"probe": {"sleep_ms": 50}}""");
            }
        }

        return runs;
    }

    private async Task SucceedAsync(IEnumerable<Guid> runs)
    {
        foreach (var run in runs)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _soon, "the run succeeds");
        }
    }

    private Task<long> StartsAsync(long team) =>
        Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.probe_ledger WHERE team_id = $1", team);

    private Task<int> TriesAsync(long team) => Database.ScalarAsync<int>(
        "SELECT n.tries FROM orleans_batch.not_ready AS n JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1", team);

    private Task<List<string>> FindingsAsync() =>
        Database.RowsAsync("SELECT message FROM orleans_batch.doctor() WHERE code = 'silo_alone'", r => r.GetString(0));

    private Task<long> OverlapsAsync(long team, long other) => Database.ScalarAsync<long>(
        """
        SELECT count(*) FROM orleans_batch.probe_ledger AS a JOIN orleans_batch.probe_ledger AS b ON b.silo = a.silo
        WHERE a.team_id = $1 AND b.team_id = $2 AND b.started_at < a.finished_at AND b.finished_at > a.started_at
        """,
        team, other);
}
