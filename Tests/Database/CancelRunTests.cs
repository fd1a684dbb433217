using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class CancelRunTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private short _probe;
    private short _beta;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _probe = await database.AddSinkAsync("probe");
        _beta = await database.AddSinkAsync("beta");
        await database.EnqueueAsync(_team, "orders", _run, 0);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelling_an_open_or_sealed_run_makes_a_marker_its_end_and_wakes_its_group(bool isSealed)
    {
        await database.EnqueueAsync(_team, "orders", _run, 1, final: isSealed);
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", _team);

        Assert.Equal(3, await CancelAsync(_run));

        Assert.Equal(["batch", "batch", "cancelled"], await database.KindsAsync(_team));
        Assert.Equal("cancelled 3", await database.ScalarAsync<string>(
            "SELECT state || ' ' || end_seq FROM orleans_batch.run WHERE run_id = $1", _run));
        Assert.Equal(1, await WakeupsAsync());
        Assert.Equal(["cancel, ann, wrong file"], await database.ActionsAsync(_run.ToString()));
    }

    [Fact]
    public async Task Run_that_ended_in_one_sink_and_not_in_another_can_be_cancelled()
    {
        await database.EndAsync(_run, _probe, "failed");
        await database.EndAsync(_run, _beta, "running");

        Assert.Equal(2, await CancelAsync(_run));
    }

    [Fact]
    public async Task Run_that_is_unknown_is_refused() =>
        await database.RefusesAsync(_team, "OB018", "is unknown", () => CancelAsync(Guid.NewGuid()));

    [Theory]
    [InlineData("cancelled")]
    [InlineData("superseded")]
    [InlineData("stranded")]
    public async Task Run_that_was_ended_before_is_refused(string state)
    {
        await database.ExecuteAsync("UPDATE orleans_batch.run SET state = $2, end_seq = 1 WHERE run_id = $1", _run, state);

        await database.RefusesAsync(_team, "OB019", $"is already {state}", () => CancelAsync(_run));
    }

    [Fact]
    public async Task Run_that_ended_in_every_active_sink_is_refused()
    {
        var gone = await database.AddSinkAsync("gone");
        await database.ExecuteAsync("UPDATE orleans_batch.sink SET state = 'disabled' WHERE sink_id = $1", gone);
        await database.EndAsync(_run, _probe, "succeeded");
        await database.EndAsync(_run, _beta, "failed");

        await database.RefusesAsync(_team, "OB020", "has ended in every sink", () => CancelAsync(_run));
    }

    // A sink that was added at the tail after the run began takes nothing of the run.
    [Fact]
    public async Task Sink_that_begins_after_the_run_does_not_keep_it_unfinished()
    {
        var late = await database.ScalarAsync<short>("SELECT orleans_batch.add_sink('late', start_at => 'tail')");
        await database.ExecuteAsync("UPDATE orleans_batch.sink SET state = 'active' WHERE sink_id = $1", late);
        try
        {
            await database.EndAsync(_run, _probe, "succeeded");
            await database.EndAsync(_run, _beta, "failed");

            await database.RefusesAsync(_team, "OB020", "has ended in every sink", () => CancelAsync(_run));
            await database.RefusesAsync(
                _team, "OB008", $"Run {_run} has ended", () => database.EnqueueAsync(_team, "orders", _run, 1));
        }
        finally
        {
            await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE sink_id = $1", late);
            await database.ExecuteAsync("DELETE FROM orleans_batch.sink WHERE sink_id = $1", late);
        }
    }

    [Fact]
    public async Task Cancelling_waits_for_an_enqueue_of_the_group_and_comes_after_it()
    {
        await using var producer = await StagedSession.BeginAsync(database);
        await producer.EnqueueAsync(_team, "orders", _run, 1);
        await using var canceller = await StagedSession.OpenAsync(database);
        var cancelling = canceller.ScalarAsync<long>("SELECT orleans_batch.cancel_run($1)", _run);
        await canceller.WaitsForALockAsync();

        await producer.CommitAsync();

        Assert.Equal(3, await cancelling);
        await database.RefusesAsync(_team, "OB005", "is cancelled", () => database.EnqueueAsync(_team, "orders", _run, 2));
    }

    // The owner finds the log drained while the cancelling is open, and deletes the wakeups that it sees.
    [Fact]
    public async Task Cancelling_that_is_open_during_the_drained_check_brings_its_own_wakeups()
    {
        await using (var owner = await TestOwner.OwnAsync(database, _team, "orders"))
        {
            await owner.ApplyAllAsync();
            await using var canceller = await StagedSession.BeginAsync(database);
            await canceller.ExecuteAsync("SELECT orleans_batch.cancel_run($1)", _run);

            Assert.True(await owner.Cursor.DropWakeupsIfDrainedAsync(Ct));
            await canceller.CommitAsync();
            await owner.UnlockAsync();
        }

        await using var next = await TestOwner.OwnAsync(database, _team, "orders", "silo-b");
        Assert.Equal("cancelled", (await next.FetchAsync()).Kind);
        Assert.Equal(1, await WakeupsAsync());
    }

    [Fact]
    public async Task Sign_of_life_is_taken_while_the_run_is_open_and_at_no_other_time()
    {
        await database.AgeAsync(_run, hours: 3);

        Assert.True(await AliveAsync(_run));
        Assert.True(await database.ScalarAsync<bool>(
            "SELECT alive_at > clock_timestamp() - interval '1 hour' FROM orleans_batch.run WHERE run_id = $1", _run));

        await database.ExecuteAsync("SELECT orleans_batch.seal_run($1)", _run);
        Assert.False(await AliveAsync(_run));
        Assert.False(await AliveAsync(Guid.NewGuid()));
    }

    private Task<long> WakeupsAsync() => database.ScalarAsync<long>(
        "SELECT count(*) FROM orleans_batch.wakeup WHERE team_id = $1 AND sink_id = $2", _team, _probe);

    private Task<bool> AliveAsync(Guid run) => database.ScalarAsync<bool>("SELECT orleans_batch.run_alive($1)", run);

    private Task<long> CancelAsync(Guid run) =>
        database.ScalarAsync<long>("SELECT orleans_batch.cancel_run($1, who => 'ann', why => 'wrong file')", run);
}
