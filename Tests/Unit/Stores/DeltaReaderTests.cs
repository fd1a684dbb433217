using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Stores;

// The judge itself is tried on a table whose log says what its files do not hold.
public sealed class DeltaReaderTests : IDisposable
{
    private readonly HandMadeTable _table = new();

    public void Dispose() => _table.Dispose();

    [Fact]
    public async Task The_kernel_counts_sums_filters_and_travels()
    {
        _table.Commit(0, HandMadeTable.Protocol, _table.Add("one", 3, "{}"));
        _table.Commit(1, _table.Add("two", 5, """{"numRecords":5,"minValues":{"id":0},"maxValues":{"id":4},"nullCount":{"id":0}}"""));
        var reader = DeltaReader.OnDisk(_table.Directory);

        Assert.Equal(8, await reader.CountAsync());
        Assert.Equal("13", await reader.SumAsync("id"));
        Assert.Equal(2, await reader.CountAsync("id >= 3"));
        Assert.Equal("0\n1\n2", await reader.AtVersion(0).SelectAsync("id", orderBy: "id"));
        Assert.Equal("id\tNullable(Int64)", await reader.ColumnsAsync());
    }

    [Fact]
    public async Task A_wrong_statistic_is_noticed()
    {
        const string Wrong = """{"numRecords":3,"minValues":{"id":100},"maxValues":{"id":200},"nullCount":{"id":0}}""";
        _table.Commit(0, HandMadeTable.Protocol, _table.Add("one", 3, Wrong));

        var error = await Assert.ThrowsAnyAsync<Exception>(() => DeltaReader.OnDisk(_table.Directory).CountAsync("id < 50"));

        Assert.Contains("With the engine's predicates the table has 0, and without them 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_the_kernel_refuses_gives_its_reason()
    {
        var protocol = HandMadeTable.Protocol.Replace("\"minReaderVersion\":1", "\"minReaderVersion\":99", StringComparison.Ordinal);
        _table.Commit(0, protocol, _table.Add("one", 3, "{}"));

        Assert.Contains("99", await DeltaReader.OnDisk(_table.Directory).ErrorAsync(), StringComparison.Ordinal);
    }
}
