namespace OrleansBatch.Tests.Unit.Delta;

public sealed class AppendTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Rows_of_batches_are_in_the_table_in_their_order_of_commits()
    {
        var first = await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id, 'a' AS name UNION ALL SELECT 2, NULL"));
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 3 AS id, 'c' AS name"));

        Assert.Equal((2L, 0L), (first.RowsApplied, first.RowsReplaced));
        Assert.Equal("1,a 2,\\N 3,c", await _fixture.RowsAsync());
        Assert.Equal("1\n2", await _fixture.Reader.AtVersion(0).SelectAsync("id", orderBy: "id"));
    }

    [Fact]
    public async Task A_window_is_one_commit_and_one_file_with_all_its_rows()
    {
        var results = await _fixture.ApplyWindowAsync(
            [.. Enumerable.Range(1, 20).Select(i => _fixture.BatchOf(i, $"SELECT {i} AS id FROM range({i})"))]);

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long?)i), results.Select(r => r.RowsApplied));
        var snapshot = await _fixture.SnapshotAsync();
        Assert.Equal((0L, 1, 210L), (snapshot.Version, snapshot.Files.Count, snapshot.Rows));
        Assert.Equal("2870", await _fixture.Reader.SumAsync("id"));
    }

    [Fact]
    public async Task A_column_that_comes_later_is_null_in_the_rows_before_it()
    {
        await _fixture.ApplyWindowAsync(
            _fixture.BatchOf(1, "SELECT 1 AS id"),
            _fixture.BatchOf(2, "SELECT 2 AS id, DATE '2026-02-03' AS day"),
            _fixture.BatchOf(3, "SELECT 3 AS id"));
        await _fixture.ApplyAsync(_fixture.BatchOf(4, "SELECT 4 AS id, 'x' AS name"));

        Assert.Equal("1,\\N,\\N 2,2026-02-03,\\N 3,\\N,\\N 4,\\N,x", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_wider_type_rewrites_the_table_in_the_batch_s_commit()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Append, [], "SELECT 1::INTEGER AS id, 'a' AS name", "SELECT 2::INTEGER AS id, 'b' AS name",
            "SELECT 5000000000::BIGINT AS id, 'c' AS name");

        Assert.Equal("1,a 2,b 5000000000,c", await _fixture.RowsAsync());
        Assert.Equal(2, (await _fixture.SnapshotAsync()).Version);
        Assert.Equal("id\tNullable(Int64)\nname\tNullable(String)", await _fixture.Reader.ColumnsAsync());
        Assert.Equal("1\n2", await _fixture.Reader.AtVersion(1).SelectAsync("id", orderBy: "id"));
    }

    [Fact]
    public async Task A_file_without_rows_leaves_the_table_as_it_is_but_for_its_columns()
    {
        await _fixture.ApplyAllAsync(SyncType.Append, [], "SELECT 1 AS id", "SELECT 2 AS id, 'x' AS name WHERE false");

        Assert.Equal("1,\\N", await _fixture.RowsAsync());
        Assert.Single((await _fixture.SnapshotAsync()).Files);
    }

    [Theory]
    [InlineData("SELECT 1 AS \"first name\"", "column first name has a character that names in a Delta table can't have")]
    [InlineData("SELECT {'a b': 1} AS s", "field a b has a character")]
    [InlineData("SELECT 1 AS \"Ä\", 2 AS \"ä\"", "differ only by case")]
    public async Task A_name_that_a_delta_table_can_not_have_is_refused(string select, string because)
    {
        var error = await _fixture.RefusedAsync(_fixture.BatchOf(1, select));

        Assert.Contains(because, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_fixture.TableDirectory));
    }
}
