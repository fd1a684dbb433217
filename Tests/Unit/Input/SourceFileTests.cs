using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Tests.Support;
using OrleansBatch.Tests.Unit.DuckDb;

using ParquetSharp;

namespace OrleansBatch.Tests.Unit.Input;

public sealed class SourceFileTests : IDisposable
{
    private readonly SinkFixture _fixture = new();
    private readonly DuckDbSession _session = new(256, 1);

    public void Dispose()
    {
        _session.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public void The_file_that_was_judged_is_read_whatever_takes_its_name()
    {
        var path = _fixture.Parquet.Write("judged.parquet", "SELECT 1 AS id");
        using var file = Open(path);

        File.Move(path, _fixture.Parquet.PathOf("aside.parquet"));
        _fixture.Parquet.Write("judged.parquet", "SELECT 2 AS id");

        Assert.Equal(1, _session.Number(SqlText.Of($"SELECT id FROM {file.Rows}"), CancellationToken.None));
    }

    [Fact]
    public void A_file_that_is_written_to_while_it_is_read_is_not_taken()
    {
        var path = _fixture.Parquet.Write("growing.parquet", "SELECT 1 AS id");
        using var file = Open(path);
        file.RequireUnchanged(TestContext.Current.CancellationToken);

        File.AppendAllText(path, "more");

        var error = Assert.Throws<IOException>(() => file.RequireUnchanged(TestContext.Current.CancellationToken));
        Assert.Contains($"{path} was changed while it was read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_for_NaN_finds_it()
    {
        var path = _fixture.Parquet.Write(
            "nan.parquet", [SchemaFile.Leaf("v", PhysicalType.Double)], group => group.Put(1, double.NaN, 3));
        using var file = Open(path);

        Assert.Equal(1, _session.Number(SqlText.Of($"SELECT count(*) FROM {file.Rows} WHERE v = 'nan'::DOUBLE"), CancellationToken.None));
    }

    [Theory]
    [InlineData("lake/7/flights.parquet")]
    [InlineData(".orleansbatch/data/x.parquet")]
    [InlineData("sub/.orleansbatch/x.parquet")]
    public async Task A_folder_that_the_product_writes_is_never_among_the_roots(string name)
    {
        var path = _fixture.Parquet.Write(name, "SELECT 1 AS id");

        await _fixture.RefusedAsync(path, "lies in a folder that OrleansBatch writes itself", inspect: false);
    }

    private InputFile Open(string path)
    {
        var roots = new InputRoots(_fixture.Options, []);
        return InputFile.Open(_session, new LastDescription(), _fixture.Batch(1, path), roots, _fixture.Options, CancellationToken.None);
    }
}
