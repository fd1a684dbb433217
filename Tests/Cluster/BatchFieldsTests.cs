using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

public sealed class BatchFieldsTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Fact]
    public async Task A_sink_gets_everything_that_was_enqueued_with_the_batch()
    {
        var (team, run, first) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid());
        var sink = new RecordingSink();
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        await Database.ExecuteAsync(
            $$"""
            SELECT orleans_batch.enqueue(team_id => $1, schema_id => 'orders', run_id => $2, batch_index => 3, path => '/in/a.parquet',
              is_final => true, row_count => 7, byte_size => 9, sync_type => 'incremental', primary_keys => ARRAY['id', 'line'],
              metadata => '{"source": "shop"}', options => '{"origin": {"run_id": "{{first}}", "batch_index": 5} }')
            """,
            team, run);

        await Eventually.EqualsAsync(
            "succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), TimeSpan.FromSeconds(30), "the run succeeds");

        var batch = Assert.Single(sink.Applied).Batch;
        Assert.Equal((new GroupKey(team, "orders"), 1L, run, 3), (batch.Group, batch.Seq, batch.RunId, batch.BatchIndex));
        Assert.Equal((first, 5), (batch.OriginRunId, batch.OriginIndex));
        Assert.Equal(("/in/a.parquet", 7L, 9L, true), (batch.Path, batch.RowCount, batch.ByteSize, batch.IsFinal));
        Assert.Equal(SyncType.Incremental, batch.SyncType);
        Assert.Equal(["id", "line"], batch.PrimaryKeys);
        Assert.Equal("""{"source": "shop"}""", batch.Metadata);
    }
}
