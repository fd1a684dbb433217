using OrleansBatch.Producer;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Producing;

public sealed class BatchProducerTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private BatchProducer Producer => new(database.Source);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_is_one_entry_of_the_log()
    {
        Assert.Equal(1, await Producer.EnqueueAsync(ProducerBatch.Of(_team, _run, 1), Ct));

        Assert.Equal(["1: 1.parquet False"], await database.RowsAsync(
            "SELECT batch_index, path, is_final FROM orleans_batch.log_entry WHERE run_id = $1",
            r => $"{r.GetInt32(0)}: {r.GetString(1)} {r.GetBoolean(2)}", _run));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_field_of_a_request_arrives(bool many)
    {
        var request = ProducerBatch.Of(_team, _run, 3) with
        {
            IsFinal = true,
            RowCount = 5,
            ByteSize = 1L << 40,
            SyncType = SyncType.Incremental,
            PrimaryKeys = ["id", "li'ne"],
            Metadata = """{"source": "shop"}""",
            Options = """{"on_failure": "block"}""",
        };

        await (many ? (Task)Producer.EnqueueManyAsync([request], Ct) : Producer.EnqueueAsync(request, Ct));

        Assert.Equal(1, await database.ScalarAsync<long>(
            """
            SELECT count(*) FROM orleans_batch.run AS r JOIN orleans_batch.log_entry AS e USING (run_id)
            WHERE r.run_id = $1 AND r.sync_type = 'incremental' AND r.primary_keys = ARRAY['id', 'li''ne'] AND r.on_failure = 'block'
              AND r.state = 'sealed' AND e.batch_index = 3 AND e.is_final AND e.row_count = 5 AND e.byte_size = 1099511627776
              AND e.metadata = '{"source": "shop"}'
            """,
            _run));
    }

    [Fact]
    public async Task Many_batches_keep_their_order_and_their_defaults()
    {
        var other = Guid.NewGuid();
        await Producer.EnqueueAsync(ProducerBatch.Of(_team, _run, 0), Ct);

        Assert.Equal([2, 1, 3, 2], await Producer.EnqueueManyAsync(
            [
                ProducerBatch.Of(_team, _run, 1), ProducerBatch.Of(_team, other, 0, "invoices"), ProducerBatch.Of(_team, _run, 2),
                ProducerBatch.Of(_team, other, 4, "invoices") with { Path = null, IsFinal = true },
            ],
            Ct));
        Assert.Empty(await Producer.EnqueueManyAsync([], Ct));
    }

    [Fact]
    public async Task A_run_is_alive_until_it_is_sealed()
    {
        await Producer.EnqueueAsync(ProducerBatch.Of(_team, _run, 0), Ct);

        Assert.True(await Producer.RunAliveAsync(_run, Ct));
        Assert.Equal(2, await Producer.SealRunAsync(_run, Ct));
        Assert.False(await Producer.RunAliveAsync(_run, Ct));
    }

    [Fact]
    public async Task A_refusal_has_its_code_sentence_and_hint()
    {
        await Producer.EnqueueAsync(ProducerBatch.Of(_team, _run, 5), Ct);

        var refused = await Assert.ThrowsAsync<EnqueueRefusedException>(
            () => Producer.EnqueueAsync(ProducerBatch.Of(_team, _run, 4), Ct));

        Assert.Equal("OB009", refused.SqlState);
        Assert.Equal($"Batch index 4 of run {_run} goes backwards: index 5 is already enqueued.", refused.Sentence);
        Assert.Equal("Number the batches of a run in the order in which they are to be applied.", refused.Hint);
        Assert.Equal($"{refused.Sentence} {refused.Hint}", refused.Message);
        var unknown = await Assert.ThrowsAsync<EnqueueRefusedException>(() => Producer.SealRunAsync(Guid.NewGuid(), Ct));
        Assert.Equal("OB017", unknown.SqlState);
    }
}
