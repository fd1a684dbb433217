using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// G2: a former owner may be frozen right before its commit to the sink. Before a batch is passed unapplied the sink is closed to it.
public sealed class FencedSinkTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private readonly FencedSink _sink = new();

    [Fact]
    public async Task A_batch_is_failed_only_once_the_token_stands_in_the_sink()
    {
        _sink.OnApply = context => context.Batch.BatchIndex == 1 ? throw new PermanentBatchException("It is bad.") : Task.CompletedTask;
        _sink.OnFence = async _ => _sink.Events.Enqueue($"run is {await StateAsync()}");
        await using var silos = await StartAsync();

        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Database.EnqueueAsync(_team, "s", _run, 1, final: true);

        await Eventually.EqualsAsync("failed", StateAsync, _soon, "the run fails");
        Assert.Equal(["apply 0", "apply 1", "fence 2", "run is running"], _sink.Events);
    }

    [Fact]
    public async Task Batches_that_are_skipped_one_after_the_other_need_one_fence_a_tenure()
    {
        await Database.AddSinkAsync(FencedSink.Name);
        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Database.EnqueueAsync(_team, "s", _run, 1);
        await Database.EnqueueAsync(_team, "s", _run, 2, final: true);
        foreach (var index in new[] { 0, 1 })
        {
            await Database.ExecuteAsync(
                "SELECT orleans_batch.skip_batch(run_id => $1, batch_index => $2, who => 'alice', why => 'it is broken')", _run, index);
        }

        await using var silos = await StartAsync();

        await Eventually.EqualsAsync("succeeded", StateAsync, _soon, "the run ends");
        Assert.Equal(["fence 1", "apply 2"], _sink.Events);
    }

    // The sink is asked again after each wait, and the batch with it, because it may go well meanwhile.
    [Fact]
    public async Task As_long_as_the_sink_can_not_be_closed_the_batch_is_neither_failed_nor_counted()
    {
        var away = true;
        _sink.OnApply = _ => throw new PermanentBatchException("It is bad.");
        _sink.OnFence = _ => away ? throw new InvalidOperationException("The store is away.") : Task.CompletedTask;
        await using var silos = await StartAsync();

        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);

        await Eventually.EqualsAsync(
            "Seq 1 can't be skipped or failed in sink fenced yet: the sink could not be closed to former owners. The store is away.",
            () => Database.ScalarAsync<string>(
                "SELECT error FROM orleans_batch.parked WHERE team_id = $1 AND reason = 'not_ready'", _team),
            _soon,
            "the group waits");
        Assert.Equal("waiting", await StateAsync());
        away = false;
        await Database.ExecuteAsync("UPDATE orleans_batch.parked SET until = clock_timestamp() WHERE team_id = $1", _team);

        await Eventually.EqualsAsync("failed", StateAsync, _soon, "the run fails");
        Assert.Equal(1, await Database.ScalarAsync<int>("SELECT attempt FROM orleans_batch.batch_status WHERE run_id = $1", _run));
        Assert.Equal("fence 1", _sink.Events.Last());
    }

    [Fact]
    public async Task A_batch_whose_claim_was_left_unfinished_is_applied_behind_a_fence_by_its_next_owner()
    {
        var taken = new TaskCompletionSource();
        _sink.OnApply = _ => taken.TrySetResult() ? Task.Delay(Timeout.InfiniteTimeSpan, _sink.Cancelled) : Task.CompletedTask;
        await using var silos = await StartAsync();
        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Database.EnqueueAsync(_team, "s", _run, 1, final: true);
        await taken.Task.WaitAsync(_soon, TestContext.Current.CancellationToken);

        await Database.ScalarAsync<bool>(
            "SELECT pg_terminate_backend(backend_pid) FROM orleans_batch.lock_owner WHERE team_id = $1", _team);

        await Eventually.EqualsAsync("succeeded", StateAsync, _soon, "the next owner applies the batches");
        Assert.Equal(["apply 0", "fence 1", "apply 0", "apply 1"], _sink.Events);
        Assert.True(_sink.Tokens[1] > _sink.Tokens[0]);
        Assert.Equal(_sink.Tokens[1], _sink.Tokens[2]);
    }

    [Fact]
    public async Task A_batch_that_an_operator_skips_counts_as_applied_when_a_lost_owner_had_committed_it()
    {
        _sink.Left = context => context.OriginIndex == 0 ? Applied(rows: 7) : FenceResult.Nothing;
        await Database.AddSinkAsync(FencedSink.Name);
        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Database.EnqueueAsync(_team, "s", _run, 1);
        await Database.EnqueueAsync(_team, "s", _run, 2, final: true);
        foreach (var index in new[] { 0, 1 })
        {
            await Database.ExecuteAsync(
                "SELECT orleans_batch.skip_batch(run_id => $1, batch_index => $2, who => 'alice', why => 'it is broken')", _run, index);
        }

        await using var silos = await StartAsync();

        await Eventually.EqualsAsync("succeeded", StateAsync, _soon, "the run ends");
        Assert.Equal(["fence 1", "fence 2", "apply 2"], _sink.Events);
        Assert.Equal("succeeded skipped succeeded", await BatchesAsync());
        Assert.Equal(
            "2 applied, 1 skipped, {Seq 1 counts as applied: a lost owner had committed it to the sink.}",
            await Database.ScalarAsync<string>(
                """
                SELECT format('%s applied, %s skipped, {%s}', batches_applied, batches_skipped, array_to_string(notes, ' '))
                FROM orleans_batch.sink_run WHERE run_id = $1
                """,
                _run));
    }

    [Fact]
    public async Task A_batch_of_a_cancelled_run_counts_as_applied_when_a_lost_owner_had_committed_it_and_the_run_ends_as_cancelled()
    {
        _sink.Left = context => context.OriginIndex == 0 ? Applied(rows: 7) : FenceResult.Nothing;
        await Database.AddSinkAsync(FencedSink.Name);
        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Database.EnqueueAsync(_team, "s", _run, 1);
        await Database.ExecuteAsync("SELECT orleans_batch.cancel_run(run_id => $1, who => 'alice', why => 'it is wrong')", _run);

        await using var silos = await StartAsync();

        await Eventually.EqualsAsync("cancelled", StateAsync, _soon, "the run ends");
        Assert.Equal("succeeded skipped", await BatchesAsync());
    }

    // The end of a full refresh may be what a lost owner had committed last.
    [Fact]
    public async Task A_run_that_a_lost_owner_had_ended_in_the_sink_is_not_cancelled_there_any_more()
    {
        _sink.Left = context => context.OriginIndex == 0 ? Applied(rows: 7) with { HasEnded = true } : FenceResult.Nothing;
        await Database.AddSinkAsync(FencedSink.Name);
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await Database.ExecuteAsync("SELECT orleans_batch.cancel_run(run_id => $1, who => 'alice', why => 'it is wrong')", _run);

        await using var silos = await StartAsync();

        await Eventually.EqualsAsync("succeeded", StateAsync, _soon, "the run ends");
        Assert.Equal("succeeded", await BatchesAsync());
    }

    // As when the answer to the commit is what comes too late, each time.
    [Fact]
    public async Task A_batch_that_fails_for_good_counts_as_applied_when_the_sink_has_it()
    {
        _sink.OnApply = context => context.Batch.BatchIndex == 0 ? throw new PermanentBatchException("It is bad.") : Task.CompletedTask;
        _sink.Left = context => context.OriginIndex == 0 ? Applied(rows: 7) : FenceResult.Nothing;
        await using var silos = await StartAsync();

        await Database.EnqueueAsync(_team, "s", _run, 0);
        await Database.EnqueueAsync(_team, "s", _run, 1, final: true);

        await Eventually.EqualsAsync("succeeded", StateAsync, _soon, "the run ends");
        Assert.Equal(["apply 0", "fence 1", "apply 1"], _sink.Events);
        Assert.Equal("succeeded succeeded", await BatchesAsync());
    }

    // Its rows are there, and what fails is the end.
    [Fact]
    public async Task A_batch_whose_run_can_t_be_ended_fails_although_the_sink_has_it()
    {
        _sink.OnApply = _ => throw new PermanentBatchException("It is bad.");
        _sink.Left = _ => Applied(rows: 7);
        await using var silos = await StartAsync();

        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);

        await Eventually.EqualsAsync("failed", StateAsync, _soon, "the run fails");
    }

    private static FenceResult Applied(long rows) => new() { Applied = new BatchResult { RowsApplied = rows } };

    private Task<string?> BatchesAsync() => Database.ScalarAsync<string>(
        """
        SELECT string_agg(state, ' ' ORDER BY batch_index) FROM orleans_batch.batch_status WHERE run_id = $1 AND sink = 'fenced'
        """,
        _run);

    private Task<string?> StateAsync() => Database.RunStateAsync(_run, FencedSink.Name);

    private Task<TestSilos> StartAsync() => TestSilos.StartAsync(
        Database, configure: o => o.HeartbeatPeriod = TimeSpan.FromMilliseconds(50),
        add: silo => silo.Services.AddKeyedSingleton<IBatchSink>(FencedSink.Name, _sink), serves: [FencedSink.Name]);

    private sealed class FencedSink : IFencedSink
    {
        public const string Name = "fenced";

        private readonly ConcurrentQueue<long> _tokens = new();

        public ConcurrentQueue<string> Events { get; } = new();

        public IReadOnlyList<long> Tokens => [.. _tokens];

        public CancellationToken Cancelled { get; private set; }

        public Func<BatchContext, Task> OnApply { get; set; } = _ => Task.CompletedTask;

        public Func<FenceContext, Task> OnFence { get; set; } = _ => Task.CompletedTask;

        public Func<FenceContext, FenceResult> Left { get; set; } = _ => FenceResult.Nothing;

        public async Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken)
        {
            Cancelled = cancellationToken;
            Note($"apply {context.Batch.BatchIndex}", context);
            await OnApply(context);
            return BatchResult.NotCounted;
        }

        public async Task<FenceResult> FenceAsync(FenceContext context, CancellationToken cancellationToken)
        {
            Note($"fence {context.Seq}", context);
            await OnFence(context);
            return Left(context);
        }

        private void Note(string what, SinkContext context)
        {
            _tokens.Enqueue(context.FencingToken);
            Events.Enqueue(what);
        }
    }
}
