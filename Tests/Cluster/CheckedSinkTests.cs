using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A sink that finds its destination unfit keeps its silo from starting, and from what silos write into the database.
public sealed class CheckedSinkTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Fact]
    public async Task A_silo_whose_sink_is_refused_does_not_start_says_why_and_is_not_on_record()
    {
        var error = await Record.ExceptionAsync(async () =>
        {
            await using var silos = await TestSilos.StartAsync(Database, sink: new RefusedSink());
        });

        Assert.Contains("The destination forgets.", $"{error}", StringComparison.Ordinal);
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.silo_sink"));
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.sink"));
    }

    private sealed class RefusedSink : ICheckedSink
    {
        public Task CheckAsync(CancellationToken cancellationToken) => throw new SinkRefusedException("The destination forgets.");

        public Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken) =>
            Task.FromResult(BatchResult.NotCounted);
    }
}
