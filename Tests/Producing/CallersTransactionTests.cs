using Npgsql;
using OrleansBatch.Producer;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Producing;

// A batch is enqueued in the caller's own transaction: with the transaction's other effects, or not at all.
public sealed class CallersTransactionTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_calls_become_visible_together_at_the_commit()
    {
        await database.AddSinkAsync("probe");
        await using var connection = await database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);

        Assert.Equal(1, await transaction.EnqueueAsync(ProducerBatch.Of(_team, _run, 0), Ct));
        Assert.Equal([2, 3], await transaction.EnqueueManyAsync([ProducerBatch.Of(_team, _run, 1), ProducerBatch.Of(_team, _run, 2)], Ct));
        Assert.Equal(1, await connection.EnqueueAsync(ProducerBatch.Of(_team, Guid.NewGuid(), 0, "invoices"), Ct));
        Assert.Equal(4, await transaction.SealRunAsync(_run, Ct));
        Assert.Equal((0L, 0L), (await database.EntriesAsync(_team), await database.WakeupsAsync(_team)));
        await transaction.CommitAsync(Ct);

        Assert.Equal((5L, 4L), (await database.EntriesAsync(_team), await database.WakeupsAsync(_team)));
    }

    [Fact]
    public async Task A_rollback_leaves_nothing()
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        var before = await database.StateOfAsync(_team);
        await using (var connection = await database.Source.OpenConnectionAsync(Ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(Ct);
            await transaction.EnqueueAsync(ProducerBatch.Of(_team, _run, 1), Ct);
            await transaction.EnqueueManyAsync([ProducerBatch.Of(_team, _run, 2), ProducerBatch.Of(_team, Guid.NewGuid(), 0, "new")], Ct);
            await transaction.SealRunAsync(_run, Ct);
            await transaction.RollbackAsync(Ct);
        }

        Assert.Equal(before, await database.StateOfAsync(_team));
    }

    [Fact]
    public async Task A_refusal_is_the_callers_to_answer_and_nothing_is_tried_again()
    {
        await using var connection = await database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await transaction.EnqueueAsync(ProducerBatch.Of(_team, _run, 1), Ct);
        await transaction.SaveAsync("before", Ct);

        await Assert.ThrowsAsync<EnqueueRefusedException>(() => transaction.EnqueueAsync(ProducerBatch.Of(_team, _run, 0), Ct));
        Assert.Equal(
            PostgresErrorCodes.InFailedSqlTransaction,
            (await Assert.ThrowsAsync<PostgresException>(() => connection.RunAliveAsync(_run, Ct))).SqlState);
        await transaction.RollbackAsync("before", Ct);
        await transaction.CommitAsync(Ct);

        Assert.Equal(1, await database.EntriesAsync(_team));
    }

    [Fact]
    public async Task A_transaction_that_is_over_takes_no_call()
    {
        await using var connection = await database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await transaction.CommitAsync(Ct);

        await Assert.ThrowsAsync<InvalidOperationException>(() => transaction.EnqueueAsync(ProducerBatch.Of(_team, _run, 0), Ct));
        Assert.Equal(0, await database.EntriesAsync(_team));
    }
}
