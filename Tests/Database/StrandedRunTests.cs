using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// An open run of a silent producer is stranded. A run that waits, gets on, or still has a producer is not.
public sealed class StrandedRunTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private short _probe;

    // Open runs of other tests must not be counted.
    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync("UPDATE orleans_batch.run SET alive_at = clock_timestamp() WHERE state = 'open'");
        _probe = await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.PassAsync(_team, "orders", _probe, 1);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Open_run_is_stranded_when_producer_and_group_are_silent_for_the_time()
    {
        await database.AgeAsync(_run, hours: 5);
        Assert.Equal(0, await StrandAsync());

        await database.AgeAsync(_run, hours: 7);
        Assert.Equal(1, await StrandAsync());

        Assert.Equal(["batch", "stranded"], await database.KindsAsync(_team));
        Assert.Equal("stranded", await database.StateOfRunAsync(_run));
        Assert.Equal(2, await database.WakeupsAsync(_team));
        await database.RefusesAsync(_team, "OB007", "is stranded", () => database.EnqueueAsync(_team, "orders", _run, 1));
    }

    [Fact]
    public async Task Group_that_no_sink_has_begun_strands_its_run_too()
    {
        await database.ExecuteAsync(
            """
            DELETE FROM orleans_batch.sink_cursor AS c USING orleans_batch.batch_group AS g
            WHERE g.team_id = $1 AND c.group_id = g.group_id
            """,
            _team);
        await database.AgeAsync(_run, hours: 7);

        Assert.Equal(1, await StrandAsync());
    }

    [Fact]
    public async Task Progress_anywhere_in_the_group_spares_its_runs()
    {
        await database.AgeAsync(_run, hours: 7);
        await SetCursorAsync("progressed_at = clock_timestamp() - interval '1 hour'");

        Assert.Equal(0, await StrandAsync());
    }

    [Fact]
    public async Task Batch_that_is_being_applied_for_long_spares_the_runs_behind_it()
    {
        await database.AgeAsync(_run, hours: 7);
        await SetCursorAsync("claimed_to = 1, heartbeat_at = clock_timestamp()");
        Assert.Equal(0, await StrandAsync());

        await SetCursorAsync("claimed_to = NULL");
        Assert.Equal(1, await StrandAsync());
    }

    [Theory]
    [InlineData("paused", 0)]
    [InlineData("blocked", 0)]
    [InlineData("retry", 1)]
    public async Task Group_that_waits_for_somebody_to_act_spares_its_runs(string reason, int stranded)
    {
        await database.AgeAsync(_run, hours: 7);
        await database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, until, reason)
            SELECT g.group_id, $2, g.team_id, CASE WHEN $3 = 'retry' THEN clock_timestamp() END, $3
            FROM orleans_batch.batch_group AS g WHERE g.team_id = $1
            """,
            _team, _probe, reason);

        Assert.Equal(stranded, await StrandAsync());
    }

    [Fact]
    public async Task Run_that_is_not_open_is_never_stranded()
    {
        await database.ExecuteAsync("SELECT orleans_batch.seal_run($1)", _run);
        await database.AgeAsync(_run, hours: 7);

        Assert.Equal(0, await StrandAsync());
        Assert.Equal("sealed", await database.StateOfRunAsync(_run));
    }

    [Fact]
    public async Task Enqueue_and_sign_of_life_count_from_anew()
    {
        await database.AgeAsync(_run, hours: 7);
        await database.EnqueueAsync(_team, "orders", _run, 1);
        Assert.Equal(0, await StrandAsync());

        await database.AgeAsync(_run, hours: 7);
        await database.ExecuteAsync("SELECT orleans_batch.run_alive($1)", _run);
        Assert.Equal(0, await StrandAsync());
    }

    // A producer's open transaction is a sign of life, and nobody waits for it.
    [Theory]
    [InlineData("SELECT orleans_batch.enqueue($1, 'orders', $2, 1, 'x')")]
    [InlineData("SELECT orleans_batch.run_alive($2) WHERE $1 > 0")]
    public async Task Run_of_an_open_producer_is_left_alone_without_waiting(string produce)
    {
        var other = Guid.NewGuid();
        await database.EnqueueAsync(_team, "receipts", other, 0);
        await database.AgeAsync(_run, hours: 7);
        await database.AgeAsync(other, hours: 7);
        await using var producer = await StagedSession.BeginAsync(database);
        await producer.ExecuteAsync(produce, _team, _run);

        Assert.Equal(1, await StrandAsync());
        Assert.Equal(("open", "stranded"), (await database.StateOfRunAsync(_run), await database.StateOfRunAsync(other)));

        await producer.CommitAsync();
        Assert.Equal(0, await StrandAsync());
    }

    [Fact]
    public async Task No_more_runs_are_stranded_than_were_asked_for()
    {
        for (var group = 0; group < 3; group++)
        {
            var run = Guid.NewGuid();
            await database.EnqueueAsync(_team, $"group {group}", run, 0);
            await database.AgeAsync(run, hours: 7);
        }

        Assert.Equal(2, await StrandAsync(atMost: 2));
        Assert.Equal(1, await StrandAsync());
    }

    private Task<int> StrandAsync(int atMost = 100) =>
        database.ScalarAsync<int>("SELECT orleans_batch.strand_runs(at_most => $1)", atMost);

    private Task SetCursorAsync(string set) => database.ExecuteAsync(
        $"""
        UPDATE orleans_batch.sink_cursor AS c SET {set} FROM orleans_batch.batch_group AS g
        WHERE g.team_id = $1 AND c.group_id = g.group_id
        """,
        _team);
}
