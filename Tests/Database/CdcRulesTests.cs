using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The first batch of a cdc run says how its changes are read. Every other batch says the same or nothing.
public sealed class CdcRulesTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private const string Short = """{"cdc": {"operation": "op", "sequence": "lsn"}}""";
    private const string Full = """{"cdc": {"operation": "op", "sequence": "lsn", "deletes": "hard", "history": false}}""";
    private const string Soft = """{"cdc": {"operation": "op", "sequence": "lsn", "deletes": "soft", "history": true}}""";

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Theory]
    [InlineData(Short, "op lsn hard false")]
    [InlineData(Soft, "op lsn soft true")]
    public async Task The_first_batch_says_it_and_later_ones_need_not(string options, string rules)
    {
        await EnqueueAsync(0, options);
        await EnqueueAsync(1, "{}");
        await EnqueueAsync(2, options);
        await ManyAsync("cdc", (3, options), (4, options));
        await ManyAsync("cdc", (5, "{}"));

        Assert.Equal(rules, await RulesAsync(_run));
        Assert.Equal(6, await database.ScalarAsync<long>("SELECT batch_count FROM orleans_batch.run WHERE run_id = $1", _run));
    }

    [Fact]
    public async Task A_default_that_is_spelled_out_is_the_same()
    {
        await ManyAsync("cdc", (0, Short), (1, Short));
        await EnqueueAsync(2, Full);
        await ManyAsync("cdc", (3, Full), (4, Full));
        await ManyAsync("cdc", (5, Short));

        Assert.Equal("op lsn hard false", await RulesAsync(_run));
    }

    [Theory]
    [InlineData(Short, Soft)]
    [InlineData(Soft, Short)]
    [InlineData(Short, """{"cdc": {"operation": "kind", "sequence": "lsn"}}""")]
    public async Task A_later_batch_that_says_otherwise_is_refused_one_by_one_and_at_once(string first, string later)
    {
        await EnqueueAsync(0, first);

        const string Said = "as its first batch said, but batch 1 says";
        await database.RefusesAsync(_team, "OB011", Said, () => EnqueueAsync(1, later));
        await database.RefusesAsync(_team, "OB011", Said, () => ManyAsync("cdc", (1, later)));
    }

    [Theory]
    [InlineData("{}", "OB014", "does not say which columns tell what happened")]
    [InlineData("""{"cdc": null}""", "OB014", "is not a JSON object: null")]
    [InlineData("""{"cdc": "op"}""", "OB014", "is not a JSON object: \"op\"")]
    [InlineData("""{"cdc": {"operation": "op"}}""", "OB014", "the operation \"op\" and the sequence null")]
    [InlineData("""{"cdc": {"sequence": "lsn"}}""", "OB014", "the operation null and the sequence \"lsn\"")]
    [InlineData("""{"cdc": {"operation": "", "sequence": "lsn"}}""", "OB014", "must both be names of columns")]
    [InlineData("""{"cdc": {"operation": 1, "sequence": "lsn"}}""", "OB014", "must both be names of columns")]
    [InlineData("""{"cdc": {"operation": "op", "sequence": ["lsn"]}}""", "OB014", "must both be names of columns")]
    [InlineData("""{"cdc": {"operation": "op", "sequence": "OP"}}""", "OB014", "names one column")]
    [InlineData("""{"cdc": {"operation": "op", "sequence": "lsn", "deletes": "soften"}}""", "OB014", "says deletes \"soften\"")]
    [InlineData("""{"cdc": {"operation": "op", "sequence": "lsn", "deletes": null}}""", "OB014", "says deletes null")]
    [InlineData("""{"cdc": {"operation": "op", "sequence": "lsn", "history": "yes"}}""", "OB014", "says history \"yes\"")]
    [InlineData("""{"cdc": {"operation": "op", "sequence": "lsn", "colour": 1}}""", "OB014", "the member \"colour\"")]
    [InlineData("""{"cdc": {"operation": "op", "sequence": "ID"}}""", "OB014", "primary key {id} as its operation or sequence")]
    public async Task Wrong_options_are_refused_and_change_nothing(string options, string sqlState, string sentence)
    {
        await database.RefusesAsync(_team, sqlState, sentence, () => EnqueueAsync(0, options));
        await database.RefusesAsync(_team, sqlState, sentence, () => ManyAsync("cdc", (0, options)));

        Assert.Null(await database.ScalarAsync<string>("SELECT state FROM orleans_batch.run WHERE run_id = $1", _run));
    }

    [Theory]
    [InlineData("append")]
    [InlineData("full_refresh")]
    [InlineData("incremental")]
    public async Task Other_sync_types_have_no_such_option(string syncType)
    {
        await database.RefusesAsync(
            _team, "OB014", $"is {syncType} but has the option cdc",
            () => database.EnqueueAsync(_team, "orders", _run, 0, options: Short, syncType: syncType, keys: ["id"]));
        await database.RefusesAsync(_team, "OB014", $"is {syncType} but has the option cdc", () => ManyAsync(syncType, (0, Short)));
    }

    [Fact]
    public async Task A_run_without_primary_keys_is_refused() => await database.RefusesAsync(
        _team, "OB013", "is cdc but names no primary key",
        () => database.EnqueueAsync(_team, "orders", _run, 0, options: Short, syncType: "cdc", keys: []));

    [Fact]
    public async Task A_run_from_before_the_option_goes_on_without_it()
    {
        await EnqueueAsync(0, Short);
        await database.ExecuteAsync("UPDATE orleans_batch.run SET cdc = NULL WHERE run_id = $1", _run);

        await EnqueueAsync(1, "{}");
        await ManyAsync("cdc", (2, "{}"));
        await database.RefusesAsync(_team, "OB011", "has the option cdc null", () => EnqueueAsync(3, Short));
        await database.RefusesAsync(_team, "OB011", "has the option cdc null", () => ManyAsync("cdc", (3, Full)));
    }

    [Fact]
    public async Task A_retried_run_keeps_it()
    {
        var sink = await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0, final: true, options: Soft, syncType: "cdc");
        await database.PassAsync(_team, "orders", sink, 2);
        await database.EndAsync(_run, sink, "failed");
        await database.ExceptAsync(_run, 0, sink, "failed");

        var retried = await database.ScalarAsync<Guid>("SELECT orleans_batch.retry_run(run_id => $1)", _run);

        Assert.Equal("op lsn soft true", await RulesAsync(retried));
    }

    private Task<long> EnqueueAsync(int index, string options) =>
        database.EnqueueAsync(_team, "orders", _run, index, options: options, syncType: "cdc");

    private Task<string?> RulesAsync(Guid run) => database.ScalarAsync<string>(
        """
        SELECT concat_ws(' ', cdc ->> 'operation', cdc ->> 'sequence', cdc ->> 'deletes', cdc ->> 'history')
        FROM orleans_batch.run WHERE run_id = $1
        """,
        run);

    private Task ManyAsync(string syncType, params (int Index, string Options)[] batches) => database.ExecuteAsync(
        """
        SELECT orleans_batch.enqueue_many((
          SELECT jsonb_agg(jsonb_build_object(
            'team_id', $1, 'schema_id', 'orders', 'run_id', $2, 'batch_index', b.index, 'path', 'x', 'options', b.options::jsonb,
            'sync_type', $5::text, 'primary_keys', '["id"]'::jsonb))
          FROM unnest($3::int[], $4::text[]) AS b (index, options)))
        """,
        _team, _run, batches.Select(b => b.Index).ToArray(), batches.Select(b => b.Options).ToArray(), syncType);
}
