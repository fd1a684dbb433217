using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class SealRunTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task Sealing_appends_a_marker_with_a_wakeup_and_returns_its_seq()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", _team);

        Assert.Equal(2, await SealAsync(_run));

        var marker = Assert.Single(await database.RowsAsync(
            "SELECT kind, is_final, path IS NULL AND batch_index IS NULL FROM orleans_batch.log_entry WHERE run_id = $1 AND seq = 2",
            r => (r.GetString(0), r.GetBoolean(1), r.GetBoolean(2)),
            _run));
        Assert.Equal(("sealed", true, true), marker);
        Assert.Equal(1, await database.WakeupsAsync(_team));
    }

    [Fact]
    public async Task Sealing_again_returns_the_same_seq_and_changes_nothing()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await SealAsync(_run);
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        var before = await database.StateOfAsync(_team);

        Assert.Equal(2, await SealAsync(_run));

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    [Fact]
    public async Task Sealing_a_run_that_its_final_batch_sealed_returns_that_batchs_seq()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        var seq = await database.EnqueueAsync(_team, "orders", _run, 1, final: true);

        Assert.Equal(seq, await SealAsync(_run));
    }

    [Theory]
    [InlineData("cancelled", "OB005")]
    [InlineData("superseded", "OB006")]
    [InlineData("stranded", "OB007")]
    public async Task Run_that_ended_otherwise_is_refused(string state, string sqlState)
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.ExecuteAsync("UPDATE orleans_batch.run SET state = $2, end_seq = 1 WHERE run_id = $1", _run, state);

        await database.RefusesAsync(_team, sqlState, $"Run {_run} is {state}", () => SealAsync(_run));
    }

    [Fact]
    public async Task Unknown_run_is_refused()
    {
        await database.RefusesAsync(_team, "OB017", $"Run {_run} is unknown, so it can't be sealed.", () => SealAsync(_run));
        await database.RefusesAsync(_team, "OB017", "Run null is unknown", () => SealAsync(null));
    }

    // The second sealer waits at the group's row and reads the run after the wait: one marker, two equal answers.
    [Fact]
    public async Task Two_sealers_at_once_get_the_same_marker()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await using var first = await StagedSession.BeginAsync(database);
        await using var second = await StagedSession.OpenAsync(database);
        Assert.Equal(2, await first.ScalarAsync<long>("SELECT orleans_batch.seal_run($1)", _run));

        var waiting = second.ScalarAsync<long>("SELECT orleans_batch.seal_run($1)", _run);
        await second.WaitsForALockAsync();
        await first.CommitAsync();

        Assert.Equal(2, await waiting);
        Assert.Equal(2, await database.EntriesAsync(_team));
    }

    private Task<long> SealAsync(Guid? run) => database.ScalarAsync<long>("SELECT orleans_batch.seal_run($1::uuid)", run);
}
