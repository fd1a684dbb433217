using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class SkipBatchTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private short _alpha;
    private short _beta;

    public async ValueTask InitializeAsync()
    {
        _alpha = await database.AddSinkAsync("alpha");
        _beta = await database.AddSinkAsync("beta");
        var disabled = await database.AddSinkAsync("disabled");
        await database.ExecuteAsync("UPDATE orleans_batch.sink SET state = 'disabled' WHERE sink_id = $1", disabled);
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.EnqueueAsync(_team, "orders", _run, 1);
        await database.PassAsync(_team, "orders", _beta, 2);
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", _team);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public async Task Every_active_sink_that_has_not_passed_the_batch_is_asked_and_woken(int index, int asked)
    {
        Assert.Equal(asked, await SkipAsync(index));

        var requests = await RequestsAsync();
        Assert.Equal(
            new[] { (_alpha, "skip", index + 1L, "ann", "bad file"), (_beta, "skip", index + 1L, "ann", "bad file") }.Take(asked),
            requests);
        Assert.Equal(asked, await database.WakeupsAsync(_team));
        Assert.Equal(["skip, ann, bad file"], await database.ActionsAsync(_run.ToString()));
    }

    [Fact]
    public async Task Named_sink_alone_is_asked()
    {
        Assert.Equal(1, await SkipAsync(1, "beta"));

        Assert.Equal(_beta, Assert.Single(await RequestsAsync()).Sink);
    }

    [Fact]
    public async Task Second_call_asks_for_nothing_more()
    {
        await SkipAsync(1, "beta");

        Assert.Equal(2, await SkipAsync(1));
        Assert.Equal(2, await SkipAsync(1));

        Assert.Equal(2, (await RequestsAsync()).Count);
    }

    // A sink that is being added works on new entries meanwhile, and an open transaction can delay its seeding for long.
    [Fact]
    public async Task Sink_that_is_still_being_added_is_asked_too()
    {
        await SetStateAsync("adding");
        try
        {
            Assert.Equal(1, await SkipAsync(0));
        }
        finally
        {
            await SetStateAsync("active");
        }
    }

    // Nobody waits: neither the operator for the producer nor the owner for the operator.
    [Fact]
    public async Task Open_producer_delays_no_operator_and_an_open_operator_no_owner()
    {
        await using var producer = await StagedSession.BeginAsync(database);
        await producer.EnqueueAsync(_team, "orders", _run, 2);
        await using var skipping = await StagedSession.BeginAsync(database);
        await skipping.ExecuteAsync("SET lock_timeout = '1s'");
        await skipping.ExecuteAsync("SELECT orleans_batch.skip_batch($1, 1, why => 'bad file')", _run);
        await database.AddSinkAsync("probe");
        await using var owner = await TestOwner.OwnAsync(database, _team, "orders");
        await owner.SetAsync("SET lock_timeout = '1s'");

        await owner.ApplyAllAsync();

        Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(TestContext.Current.CancellationToken));
        await database.ExecuteAsync("UPDATE orleans_batch.sink SET state = 'disabled' WHERE name = 'probe'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public async Task Reason_is_required(string? why) =>
        await database.RefusesAsync(_team, "OB027", "only with a reason", () => SkipAsync(1, why: why));

    [Fact]
    public async Task Unknown_batch_run_and_sink_are_refused()
    {
        await database.RefusesAsync(_team, "OB025", $"Batch 7 of run {_run} is unknown", () => SkipAsync(7));
        await database.RefusesAsync(_team, "OB025", "is unknown", () => SkipAsync(0, run: Guid.NewGuid()));
        await database.RefusesAsync(_team, "OB026", "no sink named \"lake\"", () => SkipAsync(1, "lake"));
    }

    [Fact]
    public async Task Batch_that_is_passed_is_refused()
    {
        await database.RefusesAsync(_team, "OB029", "is passed already in sink \"beta\"", () => SkipAsync(0, "beta"));

        await database.PassAsync(_team, "orders", _alpha, 2);
        await database.RefusesAsync(_team, "OB029", "is passed already in every sink", () => SkipAsync(0));
    }

    private Task SetStateAsync(string state) =>
        database.ExecuteAsync("UPDATE orleans_batch.sink SET state = $2 WHERE sink_id = $1", _alpha, state);

    private Task<int> SkipAsync(int index, string? sink = null, string? why = "bad file", Guid? run = null) => database.ScalarAsync<int>(
        "SELECT orleans_batch.skip_batch($1, $2, sink => $3::text, who => 'ann', why => $4::text)", run ?? _run, index, sink, why);

    private Task<List<(short Sink, string Kind, long Seq, string Who, string Why)>> RequestsAsync() => database.RowsAsync(
        """
        SELECT q.sink_id, q.kind, q.seq, q.who, q.why FROM orleans_batch.operator_request AS q
        JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1 AND q.done_at IS NULL ORDER BY q.sink_id
        """,
        r => (r.GetInt16(0), r.GetString(1), r.GetInt64(2), r.GetString(3), r.GetString(4)),
        _team);
}
