using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Vectors;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Unit.DeltaLog.Golden;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class SparkVectorsTests(GoldenTables golden) : IClassFixture<GoldenTables>
{
    [Theory]
    [InlineData(1, new long[] { 0 })]
    [InlineData(2, new long[] { 0, 7 })]
    [InlineData(3, new long[] { 0, 7, 14 })]
    public async Task Vectors_of_Spark_mark_the_rows_that_Spark_deleted(long version, long[] places)
    {
        var store = new DirectoryStore(golden.PathOf("log-replay-dv-key-cases"));
        var snapshot = await new DeltaTable(store, new(), TimeProvider.System).ReadAtAsync(version, TableFixture.Token);

        using var rows = await new VectorFiles(store).ReadAsync(Assert.Single(snapshot!.Files.Values), TableFixture.Token);

        Assert.Equal(places, rows.Places);
    }

    [Fact]
    public async Task Every_vector_of_a_partitioned_table_of_Spark_is_read()
    {
        var store = new DirectoryStore(golden.PathOf("dv-partitioned-with-checkpoint"));
        var table = new DeltaTable(store, new(), TimeProvider.System);
        var seen = new HashSet<DeletionVector>();
        for (var version = 0; version <= 15; version++)
        {
            var snapshot = await table.ReadAtAsync(version, TableFixture.Token);
            foreach (var file in snapshot!.Files.Values.Where(f => f.DeletionVector is { } vector && seen.Add(vector)))
            {
                using var rows = await new VectorFiles(store).ReadAsync(file, TableFixture.Token);
                Assert.All(rows.Places, p => Assert.InRange(p, 0, file.Stats!.NumRecords!.Value - 1));
            }
        }

        Assert.Equal(10, seen.Count);
    }
}
