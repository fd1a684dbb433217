using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A sink applies a window in one transaction, and each batch is judged for itself all the same.
public sealed class WindowSinkTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const int Batches = 120;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private readonly TransactionalSink _sink = new();

    [Fact]
    public async Task A_window_that_the_sink_applied_in_one_transaction_is_one_commit_of_the_queue()
    {
        await RunAsync();

        Assert.Equal(Enumerable.Range(1, Batches).Select(s => (long)s), _sink.Applied.Select(c => c.Batch.Seq));
        Assert.All(_sink.Applied, c => Assert.Equal((1, c.Batch.Seq - 1), (c.Attempt, c.AppliedSeq)));
        var commits = await CommitsAsync();
        Assert.NotEmpty(_sink.Windows);
        Assert.All(_sink.Windows, w => Assert.Contains(w, commits));
        Assert.Equal(commits.Skip(1).Select(c => c.From), commits.SkipLast(1).Select(c => c.To + 1));
    }

    [Fact]
    public async Task A_batch_that_fails_in_a_window_is_tried_again_alone_and_each_of_its_attempts_counts()
    {
        _sink.OnApply = (context, _) => context.Batch.BatchIndex == 70 && context.Attempt < 3
            ? throw new InvalidOperationException($"Attempt {context.Attempt} was ordered to fail.")
            : Task.CompletedTask;

        await RunAsync();

        // The first attempts are of windows, and applied nothing.
        var attempts = AttemptsOfTheBad();
        Assert.Equal([1, 2, 3], attempts.TakeLast(3));
        Assert.All(attempts.SkipLast(3), a => Assert.Equal(1, a));
        Assert.NotEmpty(attempts.SkipLast(3));
        Assert.Equal(Enumerable.Range(1, Batches).Select(s => (long)s), _sink.Applied.Select(c => c.Batch.Seq));
        Assert.Contains((71L, 71L), await CommitsAsync());
    }

    [Fact]
    public async Task A_batch_that_hangs_in_a_window_is_ended_by_its_time_out_and_takes_no_other_with_it()
    {
        _sink.OnApply = (context, ct) => context.Batch.BatchIndex == 70 && context.Attempt == 1
            ? Task.Delay(Timeout.InfiniteTimeSpan, ct)
            : Task.CompletedTask;

        await RunAsync(TimeSpan.FromSeconds(1));

        var attempts = AttemptsOfTheBad();
        Assert.Equal([1, 2], attempts.TakeLast(2));
        Assert.All(attempts.SkipLast(2), a => Assert.Equal(1, a));
        Assert.Equal(Batches, _sink.Applied.Count);
    }

    [Fact]
    public async Task The_end_of_a_run_comes_once_its_last_batch_is_applied_and_is_tried_again_when_it_fails()
    {
        _sink.OnEnd = context =>
        {
            Assert.Equal(Batches, _sink.Applied.Max(c => c.Batch.Seq));
            return _sink.Ended.Count == 1 ? throw new InvalidOperationException("The first one was ordered to fail.") : Task.CompletedTask;
        };

        await RunAsync();

        Assert.Equal([(1, (long)Batches), (2, Batches)], _sink.Ended.Select(e => (e.Attempt, e.AppliedSeq)));
        Assert.Equal([1, 2], _sink.Applied.Where(c => c.Batch.Seq == Batches).Select(c => c.Attempt));
        Assert.Equal(Batches + 1, _sink.Applied.Count);
    }

    [Fact]
    public async Task A_window_whose_owner_is_lost_is_not_tried_by_it_again()
    {
        var lost = new TaskCompletionSource();
        _sink.OnApply = async (context, ct) =>
        {
            if (context.Batch.BatchIndex == 70 && lost.TrySetResult())
            {
                await Database.ExecuteAsync(
                    "SELECT pg_terminate_backend(backend_pid) FROM orleans_batch.lock_owner WHERE team_id = $1", _team);
                await context.EnsureOwnedAsync(ct);
            }
        };

        await RunAsync();

        // The batches of the lost window come again in order, under another epoch.
        Assert.Equal(Enumerable.Range(1, Batches).Select(s => (long)s), _sink.Applied.Select(c => c.Batch.Seq));
        Assert.Equal(2, _sink.Begun.Where(c => c.Batch.BatchIndex == 70).Select(c => c.FencingToken).Distinct().Count());
        Assert.Equal(2, _sink.Begun.Count(c => c.Batch.BatchIndex == 70));
    }

    // The window's batches come once more, because the sink is idempotent.
    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public async Task A_sink_that_says_what_cannot_be_is_given_its_batches_one_by_one(int answer)
    {
        _sink.OnAnswer = _ => answer;

        await RunAsync();

        Assert.Equal(Enumerable.Range(1, Batches).Select(s => (long)s), _sink.Applied.Select(c => c.Batch.Seq).Distinct());
        Assert.NotEmpty(_sink.Windows);
        Assert.All(_sink.Windows, w => Assert.InRange(_sink.Applied.Count(c => c.Batch.Seq == w.From), 2, Batches));
        Assert.Empty(await CommitsAsync("lost"));
    }

    // An error of one batch while the sink is being stopped is not taken for the error of the window's first batch.
    [Fact]
    public async Task A_window_that_fails_when_its_silo_stops_fails_no_batch()
    {
        var reached = new TaskCompletionSource();
        _sink.OnApply = async (context, ct) =>
        {
            if (context.Batch.BatchIndex == 70 && reached.TrySetResult())
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, ct).ContinueWith(_ => { }, TaskScheduler.Default);
                throw new PermanentBatchException("The file of this batch was ordered to be bad.");
            }
        };
        await EnqueueAsync();
        await using (await TestSilos.StartAsync(Database, sink: _sink, configure: o => o.DrainTimeout = TimeSpan.FromMilliseconds(100)))
        {
            await reached.Task.WaitAsync(_soon, TestContext.Current.CancellationToken);
        }

        Assert.NotEqual(70, _sink.Applied.Count);
        await SucceedsAsync();
        Assert.Equal(Enumerable.Range(1, Batches).Select(s => (long)s), _sink.Applied.Select(c => c.Batch.Seq));
    }

    private List<int> AttemptsOfTheBad() => [.. _sink.Begun.Where(c => c.Batch.BatchIndex == 70).Select(c => c.Attempt)];

    private async Task RunAsync(TimeSpan? timeout = null)
    {
        await EnqueueAsync();
        await SucceedsAsync(timeout);
    }

    private async Task EnqueueAsync()
    {
        await Database.AddSinkAsync(RecordingSink.Name);
        await Database.ExecuteAsync(
            """
            SELECT orleans_batch.enqueue_many((
              SELECT jsonb_agg(jsonb_build_object(
                'team_id', $1::bigint, 'schema_id', 's', 'run_id', $2::uuid, 'batch_index', i, 'path', '/x',
                'is_final', i = $3 - 1) ORDER BY i)
              FROM generate_series(0, $3::int - 1) AS i))
            """,
            _team, _run, Batches);
    }

    private async Task SucceedsAsync(TimeSpan? timeout = null)
    {
        await using var silos = await TestSilos.StartAsync(
            Database, sink: _sink, configure: timeout is { } limit ? o => o.BatchTimeouts[RecordingSink.Name] = limit : null);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, RecordingSink.Name), _soon, "the run succeeds");
    }

    private Task<List<(long From, long To)>> CommitsAsync(string outcome = "succeeded") => Database.RowsAsync(
        """
        SELECT a.from_seq, a.to_seq FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1 AND a.outcome = $2 ORDER BY a.from_seq
        """,
        r => (r.GetInt64(0), r.GetInt64(1)), _team, outcome);
}
