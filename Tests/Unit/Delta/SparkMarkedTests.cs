using OrleansBatch.Tests.Unit.DeltaLog.Golden;

namespace OrleansBatch.Tests.Unit.Delta;

// Tables whose rows Spark marked, and who says whether more are marked.
public sealed class SparkMarkedTests(GoldenTables golden) : IClassFixture<GoldenTables>, IDisposable
{
    private readonly MarkedFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    // Spark deleted 0, 7 and 14 of 0 to 49.
    [Theory]
    [InlineData("12", "SELECT 12::BIGINT AS id", 47)]
    [InlineData("7", "SELECT 7::BIGINT AS id", 48)]
    [InlineData("a new key", "SELECT 99::BIGINT AS id", 48)]
    [InlineData("all", "SELECT range::BIGINT AS id FROM range(50)", 50)]
    public async Task A_table_of_Spark_is_continued_by_an_upsert(string key, string select, int rows)
    {
        await CopyAsync();

        await _fixture.UpsertAsync(select);

        var replaced = await _fixture.Delta.Reader.SelectAsync("count(), uniqExact(id)");
        Assert.Equal((key, $"{rows}\t{rows}"), (key, replaced));
        Assert.Equal(rows, (await _fixture.Delta.SnapshotAsync()).Rows);
    }

    [Fact]
    public async Task A_table_of_Spark_is_continued_by_a_batch_that_widens_its_column()
    {
        await CopyAsync();

        await _fixture.AppendAsync("SELECT 1000.5::DECIMAL(38,2) AS id");

        Assert.Equal(48, await _fixture.Delta.Reader.CountAsync());
        Assert.Equal(0, await _fixture.Delta.Reader.CountAsync("id IN (0, 7, 14)"));
    }

    [Fact]
    public async Task The_property_of_a_table_goes_before_the_option()
    {
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        await _fixture.UpsertAsync("SELECT 1 AS id");
        _fixture.Delta.Options.DeletionVectors = false;

        await _fixture.UpsertAsync("SELECT 2 AS id");

        Assert.Equal([1, 2], await _fixture.PlacesAsync(await _fixture.MarkedAsync()));
        await OtherPrograms.SayAsync(_fixture.Delta, "false");
        _fixture.Delta.Options.DeletionVectors = true;
        await _fixture.UpsertAsync("SELECT 3 AS id");
        Assert.Equal(2, _fixture.VectorPaths().Length);
        Assert.DoesNotContain(await _fixture.FilesAsync(), f => f.DeletionVector is not null);
        Assert.Equal("1000\t1000", await _fixture.Delta.Reader.SelectAsync("count(), uniqExact(id)"));
    }

    private async Task CopyAsync()
    {
        var from = golden.PathOf("log-replay-dv-key-cases");
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_fixture.Delta.TableDirectory, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using var read = File.OpenRead(file);
            await using var write = File.Create(target);
            await read.CopyToAsync(write, Ct);
        }
    }
}
