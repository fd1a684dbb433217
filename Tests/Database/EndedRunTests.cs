using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A run that has ended in every active primary sink takes no further batches: all of them would be skipped.
public sealed class EndedRunTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private short _alpha;
    private short _beta;
    private short _gamma;
    private short _follower;

    public async ValueTask InitializeAsync()
    {
        _alpha = await database.AddSinkAsync("alpha");
        _beta = await database.AddSinkAsync("beta");
        _gamma = await database.AddSinkAsync("gamma");
        _follower = await database.AddSinkAsync("follower");
        await database.ExecuteAsync("UPDATE orleans_batch.sink SET state = 'disabled' WHERE sink_id = $1", _gamma);
        await database.ExecuteAsync("UPDATE orleans_batch.sink SET upstream_id = $2 WHERE sink_id = $1", _follower, _alpha);
        await database.EnqueueAsync(_team, "orders", _run, 0);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("failed")]
    [InlineData("succeeded")]
    [InlineData("cancelled")]
    public async Task Run_that_ended_in_every_active_primary_sink_is_refused(string state)
    {
        await EndAsync(_alpha, state);
        await EndAsync(_beta, state);

        await database.RefusesAsync(
            _team, "OB008", $"Run {_run} has ended ({state}) in every sink", () => database.EnqueueAsync(_team, "orders", _run, 1));
    }

    [Fact]
    public async Task Run_that_still_runs_in_one_active_primary_sink_is_accepted()
    {
        await EndAsync(_alpha, "failed");
        await EndAsync(_gamma, "failed");
        await EndAsync(_follower, "failed");

        Assert.Equal(2, await database.EnqueueAsync(_team, "orders", _run, 1));

        await database.ExecuteAsync(
            "INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id) SELECT $1, $2, 1", _run, _beta);
        Assert.Equal(3, await database.EnqueueAsync(_team, "orders", _run, 2));
    }

    [Fact]
    public async Task Batch_that_is_known_already_is_answered_although_its_run_ended()
    {
        await EndAsync(_alpha, "failed");
        await EndAsync(_beta, "failed");

        Assert.Equal(1, await database.EnqueueAsync(_team, "orders", _run, 0));
    }

    [Fact]
    public async Task Run_that_ended_in_every_sink_can_still_be_sealed()
    {
        await EndAsync(_alpha, "failed");
        await EndAsync(_beta, "failed");

        Assert.Equal(2, await database.ScalarAsync<long>("SELECT orleans_batch.seal_run($1)", _run));
    }

    [Fact]
    public async Task Every_entry_wakes_each_primary_sink_of_any_state_and_no_follower()
    {
        await database.EnqueueAsync(_team, "orders", _run, 1);
        await database.ExecuteAsync("SELECT orleans_batch.seal_run($1)", _run);

        var woken = await database.RowsAsync(
            "SELECT sink_id, count(*) FROM orleans_batch.wakeup WHERE team_id = $1 GROUP BY sink_id ORDER BY sink_id",
            r => (Sink: r.GetInt16(0), Count: r.GetInt64(1)),
            _team);
        Assert.Equal([(_alpha, 3L), (_beta, 3L), (_gamma, 3L)], woken);
    }

    private Task EndAsync(short sink, string state) =>
        database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id, state, finished_at)
            SELECT r.run_id, $2, r.group_id, $3, clock_timestamp() FROM orleans_batch.run AS r WHERE r.run_id = $1
            """,
            _run, sink, state);
}
