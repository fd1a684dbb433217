using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class EnqueueTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task Batches_of_a_group_get_the_seqs_from_1_whatever_their_run()
    {
        Assert.Equal(1, await database.EnqueueAsync(_team, "orders", _run, 0));
        Assert.Equal(2, await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0));
        Assert.Equal(3, await database.EnqueueAsync(_team, "orders", _run, 1));
        Assert.Equal(1, await database.EnqueueAsync(_team, "invoices", Guid.NewGuid(), 0));
    }

    [Fact]
    public async Task Repeated_batch_returns_the_seq_it_has_and_changes_nothing()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        var seq = await database.EnqueueAsync(_team, "orders", _run, 1);
        await database.EnqueueAsync(_team, "orders", _run, 2);
        var before = await database.StateOfAsync(_team);

        Assert.Equal(seq, await database.EnqueueAsync(_team, "orders", _run, 1));

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    [Theory]
    [InlineData("sealed")]
    [InlineData("cancelled")]
    [InlineData("superseded")]
    [InlineData("stranded")]
    public async Task Repeated_batch_of_a_run_that_ended_returns_the_seq_it_has(string state)
    {
        var seq = await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.ExecuteAsync("UPDATE orleans_batch.run SET state = $2, end_seq = 1 WHERE run_id = $1", _run, state);
        var before = await database.StateOfAsync(_team);

        Assert.Equal(seq, await database.EnqueueAsync(_team, "orders", _run, 0, final: true));

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    [Fact]
    public async Task Repeated_batch_that_now_says_final_seals_its_run_with_a_marker()
    {
        var seq = await database.EnqueueAsync(_team, "orders", _run, 0);

        Assert.Equal(seq, await database.EnqueueAsync(_team, "orders", _run, 0, final: true));

        Assert.Equal(("sealed", 2L), await RunAsync());
        Assert.Equal(["batch", "sealed"], await KindsAsync());
    }

    [Fact]
    public async Task Final_batch_seals_its_run_without_a_marker()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        var seq = await database.EnqueueAsync(_team, "orders", _run, 1, final: true);

        Assert.Equal(("sealed", seq), await RunAsync());
        Assert.Equal(["batch", "batch"], await KindsAsync());
    }

    [Fact]
    public async Task Final_call_without_a_path_seals_and_returns_the_markers_seq_each_time()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);

        Assert.Equal(2, await database.EnqueueAsync(_team, "orders", _run, 1, path: null, final: true));
        var before = await database.StateOfAsync(_team);

        Assert.Equal(2, await database.EnqueueAsync(_team, "orders", _run, 1, path: null, final: true));
        Assert.Equal(before, await database.StateOfAsync(_team));
        Assert.Equal(("sealed", 2L), await RunAsync());
        Assert.Equal(["batch", "sealed"], await KindsAsync());
    }

    [Fact]
    public async Task Run_without_any_batch_can_be_sealed_by_its_first_call()
    {
        Assert.Equal(1, await database.EnqueueAsync(_team, "orders", _run, 0, path: null, final: true));

        Assert.Equal(("sealed", 1L), await RunAsync());
    }

    [Fact]
    public async Task Gap_in_the_index_is_allowed()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);

        Assert.Equal(2, await database.EnqueueAsync(_team, "orders", _run, 7));
        Assert.Equal(3, await database.EnqueueAsync(_team, "orders", _run, int.MaxValue));
    }

    [Theory]
    [InlineData("'quoted' \"twice\"; DROP TABLE x --")]
    [InlineData("a/b\\c/../d")]
    [InlineData("Zahlungseingänge ünïcödé 注文 🦆")]
    [InlineData("  spaces around  ")]
    [InlineData("%s %I $1 {0} \t \n")]
    public async Task Any_text_names_a_group(string schema)
    {
        Assert.Equal(1, await database.EnqueueAsync(_team, schema, _run, 0));
        Assert.Equal(2, await database.EnqueueAsync(_team, schema, _run, 1));
        Assert.Equal(1, await database.EnqueueAsync(_team, schema + " ", Guid.NewGuid(), 0));

        Assert.NotEqual(0, await database.GroupIdAsync(_team, schema));
    }

    [Fact]
    public async Task Schema_id_may_have_200_characters_of_any_width()
    {
        Assert.Equal(1, await database.EnqueueAsync(_team, new string('界', 200), _run, 0));
    }

    [Fact]
    public async Task Repeated_calls_use_up_no_group_ids()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        var before = await LastGroupIdAsync();

        await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.EnqueueAsync(_team, "orders", _run, 1);

        Assert.Equal(before, await LastGroupIdAsync());
    }

    [Fact]
    public async Task Rolled_back_batches_leave_no_gap()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await using (var session = await StagedSession.BeginAsync(database))
        {
            Assert.Equal(2, await session.EnqueueAsync(_team, "orders", _run, 1));
            Assert.Equal(3, await session.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0));
            await session.RollbackAsync();
        }

        Assert.Equal(2, await database.EnqueueAsync(_team, "orders", _run, 1));
        Assert.Equal(2, await database.EntriesAsync(_team));
    }

    [Fact]
    public async Task Created_at_never_falls_within_a_group_when_the_clock_does()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.ExecuteAsync(
            "UPDATE orleans_batch.batch_group SET last_created_at = clock_timestamp() + interval '2 days' WHERE team_id = $1", _team);

        await database.EnqueueAsync(_team, "orders", _run, 1);
        await database.EnqueueAsync(_team, "orders", _run, 2);

        Assert.True(await database.ScalarAsync<bool>(
            """
            SELECT bool_and(e.created_at = g.last_created_at AND e.created_at > clock_timestamp() + interval '1 day')
            FROM orleans_batch.log_entry AS e JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1 AND e.seq > 1
            """,
            _team));
    }

    [Theory]
    [InlineData("append", "{}", "continue")]
    [InlineData("full_refresh", "{}", "continue")]
    [InlineData("cdc", """{"cdc": {"operation": "op", "sequence": "at"}}""", "block")]
    [InlineData("cdc", """{"on_failure": "continue", "cdc": {"operation": "op", "sequence": "at"}}""", "continue")]
    [InlineData("append", """{"on_failure": "block"}""", "block")]
    public async Task Run_blocks_its_group_on_failure_when_it_is_cdc_or_says_so(string syncType, string options, string expected)
    {
        await database.EnqueueAsync(_team, "orders", _run, 0, syncType: syncType, options: options);

        Assert.Equal(expected, await database.ScalarAsync<string>("SELECT on_failure FROM orleans_batch.run WHERE run_id = $1", _run));
    }

    private async Task<(string, long)> RunAsync() =>
        Assert.Single(await database.RowsAsync(
            "SELECT state, end_seq FROM orleans_batch.run WHERE run_id = $1", r => (r.GetString(0), r.GetInt64(1)), _run));

    private Task<List<string>> KindsAsync() =>
        database.RowsAsync("SELECT kind FROM orleans_batch.log_entry WHERE run_id = $1 ORDER BY seq", r => r.GetString(0), _run);

    private Task<long> LastGroupIdAsync() => database.ScalarAsync<long>(
        "SELECT last_value FROM pg_catalog.pg_sequences WHERE schemaname = 'orleans_batch' AND sequencename = 'batch_group_group_id_seq'");
}
