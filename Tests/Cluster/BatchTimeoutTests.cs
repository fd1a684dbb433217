using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A sink's time-out ends a batch that takes too long. The batch's attempt counts.
public sealed class BatchTimeoutTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _limit = TimeSpan.FromMilliseconds(100);

    private readonly RecordingSink _sink = new();

    [Fact]
    public async Task A_batch_that_takes_too_long_is_cancelled_and_tried_again()
    {
        var run = Guid.NewGuid();
        _sink.OnApply = (c, ct) => c.Attempt == 1 ? Task.Delay(Timeout.InfiniteTimeSpan, ct) : Task.CompletedTask;
        await using var silos = await StartAsync();

        await Database.EnqueueAsync(TestIds.NextTeam(), "s", run, 0, final: true);

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        Assert.Equal(["1 timed_out", "2 succeeded"], await AttemptsAsync());
        Assert.Equal(2, _sink.Applied.Count);
    }

    [Fact]
    public async Task A_batch_that_always_takes_too_long_fails_its_run_with_a_sentence_that_names_the_time_out()
    {
        var run = Guid.NewGuid();
        _sink.OnApply = (_, ct) => Task.Delay(Timeout.InfiniteTimeSpan, ct);
        await using var silos = await StartAsync();

        await Database.EnqueueAsync(TestIds.NextTeam(), "s", run, 0, final: true);

        await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run fails");
        Assert.Equal(["1 timed_out", "2 timed_out", "3 failed"], await AttemptsAsync());
        Assert.Equal(
            "It took longer than 00:00:00.1000000, the time-out of sink recording, and was cancelled.",
            await Database.ScalarAsync<string>("SELECT first_error FROM orleans_batch.run_status WHERE run_id = $1", run));
    }

    // Nobody else gets the group while the sink is in the call, however long the call takes.
    [Fact]
    public async Task A_sink_that_ignores_its_time_out_keeps_its_group_until_it_returns()
    {
        var run = Guid.NewGuid();
        var ends = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        _sink.OnApply = (_, ct) =>
        {
            ct.Register(cancelled.SetResult);
            return ends.Task;
        };
        await using var silos = await StartAsync();
        await Database.EnqueueAsync(TestIds.NextTeam(), "s", run, 0, final: true);

        await cancelled.Task.WaitAsync(_soon, TestContext.Current.CancellationToken);
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.held_lock"));
        ends.SetResult();

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "what it did counts");
        Assert.Single(_sink.Applied);
    }

    private Task<TestSilos> StartAsync() => TestSilos.StartAsync(
        Database, sink: _sink, configure: o => o.BatchTimeouts[RecordingSink.Name] = _limit);

    private Task<List<string>> AttemptsAsync() => Database.RowsAsync(
        "SELECT attempt || ' ' || outcome FROM orleans_batch.batch_attempt ORDER BY finished_at", r => r.GetString(0));
}
