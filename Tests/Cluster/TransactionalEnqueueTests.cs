using OrleansBatch.Grains.Polling;
using OrleansBatch.Producer;
using OrleansBatch.Tests.Producing;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A producer's transaction gives the silos nothing before its commit, work at once after it, and never a delay.
public sealed class TransactionalEnqueueTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();
    private readonly RecordingSink _sink = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_commit_wakes_a_silo_that_waits_and_nothing_before_it_does()
    {
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        await using var connection = await Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await transaction.EnqueueAsync(ProducerBatch.Of(_team, _run, 0) with { IsFinal = true }, Ct);

        // The poller waits for longer than its session may be silent: only a notification ends the wait in order.
        // The wait has begun when the session is silent for longer than any other wait lasts.
        var poll = silos.Client.GetGrain<IPollerGrain>(0).PollAsync(TimeSpan.FromSeconds(25), Ct);
        await Eventually.UntilAsync(
            () => Database.ScalarAsync<bool>(
                """
                SELECT bool_and(state = 'idle' AND clock_timestamp() - state_change > '2 s'::interval)
                FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'orleans-batch-poller@%'
                """),
            _soon,
            "the poller waits");
        Assert.False(poll.IsCompleted);
        Assert.Empty(_sink.Applied);
        await transaction.CommitAsync(Ct);

        Assert.Equal(1, await poll.WaitAsync(_soon, Ct));
        await SucceedsAsync(_run);
        Assert.Single(_sink.Applied);
    }

    [Fact]
    public async Task A_rolled_back_batch_is_never_applied()
    {
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        await using (var connection = await Database.Source.OpenConnectionAsync(Ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(Ct);
            await transaction.EnqueueAsync(ProducerBatch.Of(_team, _run, 0), Ct);
            await transaction.RollbackAsync(Ct);
        }

        var later = Guid.NewGuid();
        await Database.EnqueueAsync(_team, "orders", later, 0, final: true);

        await SucceedsAsync(later);
        Assert.Equal([(later, 1L)], _sink.Applied.Select(b => (b.Batch.RunId, b.Batch.Seq)));
    }

    // The producer may stay open for half a minute or a day. The owner does all of its work before the producer commits.
    [Fact]
    public async Task A_producer_that_keeps_its_transaction_open_holds_up_no_owner()
    {
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        var gate = new TaskCompletionSource();
        _sink.OnApply = (context, ct) => gate.Task.WaitAsync(ct);
        for (var index = 0; index < 3; index++)
        {
            await Database.EnqueueAsync(_team, "orders", _run, index);
        }

        await using var connection = await Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        Assert.Equal(4, await transaction.EnqueueAsync(ProducerBatch.Of(_team, _run, 3) with { IsFinal = true }, Ct));
        gate.SetResult();

        await Eventually.EqualsAsync(4L, NextSeqAsync, _soon, "the owner has got past what is committed");
        await Eventually.EqualsAsync(0L, () => Database.WakeupsAsync(_team), _soon, "the owner has handled its wakeups");
        await Eventually.EqualsAsync(
            0L, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.lock_owner"), _soon, "the owner has left");
        Assert.Equal([0, 1, 2], _sink.Applied.Select(b => b.Batch.BatchIndex));
        await transaction.CommitAsync(Ct);

        await SucceedsAsync(_run);
        Assert.Equal([0, 1, 2, 3], _sink.Applied.Select(b => b.Batch.BatchIndex));
        Assert.All(_sink.Applied, b => Assert.Equal(1, b.Attempt));
    }

    [Fact]
    public async Task Several_batches_of_a_transaction_are_applied_in_their_order()
    {
        await using var silos = await TestSilos.StartAsync(Database, sink: _sink);
        var next = Guid.NewGuid();
        await using (var connection = await Database.Source.OpenConnectionAsync(Ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(Ct);
            await transaction.EnqueueAsync(ProducerBatch.Of(_team, _run, 0), Ct);
            await transaction.EnqueueManyAsync([ProducerBatch.Of(_team, _run, 1), ProducerBatch.Of(_team, next, 0)], Ct);
            await transaction.SealRunAsync(_run, Ct);
            await transaction.SealRunAsync(next, Ct);
            await transaction.CommitAsync(Ct);
        }

        await SucceedsAsync(next);
        Assert.Equal([(_run, 0), (_run, 1), (next, 0)], _sink.Applied.Select(b => (b.Batch.RunId, b.Batch.BatchIndex)));
    }

    private Task SucceedsAsync(Guid run) =>
        Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");

    private Task<long> NextSeqAsync() => Database.ScalarAsync<long>(
        "SELECT c.next_seq FROM orleans_batch.sink_cursor AS c JOIN orleans_batch.batch_group AS g USING (group_id) WHERE g.team_id = $1",
        _team);
}
