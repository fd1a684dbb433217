using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The first batch of a run fixes the rules for its data. Every other batch names the same rules or none.
public sealed class RunRulesTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private const string Keep = """{"null_keys": "keep"}""";
    private const string Round = """{"lossy": "round"}""";
    private const string Both = """{"null_keys": "keep", "lossy": "round"}""";

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Theory]
    [InlineData("{}", "refuse", "refuse")]
    [InlineData(Keep, "keep", "refuse")]
    [InlineData(Round, "refuse", "round")]
    [InlineData(Both, "keep", "round")]
    public async Task The_first_batch_says_it_and_later_ones_need_not(string options, string nullKeys, string lossy)
    {
        await database.EnqueueAsync(_team, "orders", _run, 0, options: options);
        await database.EnqueueAsync(_team, "orders", _run, 1);
        await database.EnqueueAsync(_team, "orders", _run, 2, options: options);

        Assert.Equal((nullKeys, lossy), await RulesAsync(_run));
    }

    [Theory]
    [InlineData("{}", Keep)]
    [InlineData("{}", Round)]
    [InlineData(Keep, """{"null_keys": "refuse"}""")]
    [InlineData(Both, """{"lossy": "refuse"}""")]
    public async Task A_later_batch_that_says_otherwise_is_refused_one_by_one_and_at_once(string first, string later)
    {
        await database.EnqueueAsync(_team, "orders", _run, 0, options: first);

        await database.RefusesAsync(
            _team, "OB011", "as its first batch said, but batch 1 says",
            () => database.EnqueueAsync(_team, "orders", _run, 1, options: later));
        await database.RefusesAsync(_team, "OB011", "as its first batch said, but batch 1 says", () => ManyAsync((1, later)));
        await database.RefusesAsync(_team, "OB011", "as its first batch said, but batch 2 says", () => ManyAsync((1, first), (2, later)));
    }

    [Fact]
    public async Task Batches_that_come_at_once_say_it_as_one_does()
    {
        await ManyAsync((0, Both), (1, Both));
        await ManyAsync((2, "{}"), (3, Keep));

        Assert.Equal(("keep", "round"), await RulesAsync(_run));
        await database.RefusesAsync(_team, "OB014", "null_keys \"drop\"", () => ManyAsync((4, """{"null_keys": "drop"}""")));
    }

    [Fact]
    public async Task A_retried_run_keeps_it()
    {
        var sink = await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0, final: true, options: Both);
        await database.PassAsync(_team, "orders", sink, 2);
        await database.EndAsync(_run, sink, "failed");
        await database.ExceptAsync(_run, 0, sink, "failed");

        var retried = await database.ScalarAsync<Guid>("SELECT orleans_batch.retry_run(run_id => $1)", _run);

        Assert.Equal(("keep", "round"), await RulesAsync(retried));
    }

    private async Task<(string, string)> RulesAsync(Guid run) => Assert.Single(await database.RowsAsync(
        "SELECT DISTINCT null_keys, lossy FROM orleans_batch.run_status WHERE run_id = $1", r => (r.GetString(0), r.GetString(1)), run));

    private Task ManyAsync(params (int Index, string Options)[] batches) => database.ExecuteAsync(
        """
        SELECT orleans_batch.enqueue_many((
          SELECT jsonb_agg(jsonb_build_object(
            'team_id', $1, 'schema_id', 'orders', 'run_id', $2, 'batch_index', b.index, 'path', 'x', 'options', b.options::jsonb))
          FROM unnest($3::int[], $4::text[]) AS b (index, options)))
        """,
        _team, _run, batches.Select(b => b.Index).ToArray(), batches.Select(b => b.Options).ToArray());
}
