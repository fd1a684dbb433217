using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// The calls of client grains.
public sealed class BatchQueueGrainTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_enqueues_seals_and_reads_what_became_of_it()
    {
        var (group, run) = (new GroupKey(TestIds.NextTeam(), "orders/€"), Guid.NewGuid());
        await using var silos = await TestSilos.StartAsync(Database);
        var queue = silos.Client.GetGrain<IBatchQueueGrain>(0);

        Assert.Equal(1, await queue.EnqueueAsync(Request(group, run, 0), Ct));
        Assert.Equal([2, 3], await queue.EnqueueManyAsync([Request(group, run, 1), Request(group, run, 2)], Ct));
        Assert.Equal(4, await queue.SealRunAsync(run, Ct));

        await Eventually.UntilAsync(
            async () => (await queue.GetRunAsync(run, Ct)).All(r => r.IsEnded), TimeSpan.FromSeconds(30), "the run ends");
        var status = Assert.Single(await queue.GetRunAsync(run, Ct));
        Assert.Equal(("succeeded", 3L, 3L, 30L, group), (status.State, status.Batches, status.Applied, status.Rows, status.Group));
        var position = Assert.Single(await queue.GetGroupAsync(group, Ct));
        Assert.Equal((5L, 0L, "probe"), (position.NextSeq, position.Waiting, position.Sink));
    }

    [Fact]
    public async Task A_refusal_reaches_the_client_with_its_code_and_sentence()
    {
        await using var silos = await TestSilos.StartAsync(Database);
        var queue = silos.Client.GetGrain<IBatchQueueGrain>(0);

        var refused = await Assert.ThrowsAsync<EnqueueRefusedException>(
            () => queue.EnqueueAsync(Request(new GroupKey(TestIds.NextTeam(), new string('x', 300)), Guid.NewGuid(), 0), Ct));

        Assert.Equal("OB002", refused.SqlState);
        Assert.Contains("1 to 200 characters", refused.Message, StringComparison.Ordinal);
        Assert.Equal("OB017", (await Assert.ThrowsAsync<EnqueueRefusedException>(() => queue.SealRunAsync(Guid.NewGuid(), Ct))).SqlState);
    }

    private static EnqueueRequest Request(GroupKey group, Guid run, int index) => new()
    {
        TeamId = group.TeamId, SchemaId = group.SchemaId, RunId = run, BatchIndex = index, Path = $"{index}.parquet", RowCount = 10,
    };
}
