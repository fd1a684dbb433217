namespace OrleansBatch.Tests.Unit.DuckDb;

public sealed class SchemaChangeTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_first_file_without_rows_makes_the_table()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id, 'a' AS name LIMIT 0"));

        Assert.Equal("id name", await _fixture.RowsAsync("SELECT column_name FROM (DESCRIBE flights)"));
        Assert.Equal("0", await _fixture.RowsAsync("SELECT count(*) FROM flights"));
    }

    [Fact]
    public async Task A_new_column_is_added_and_a_missing_one_is_null()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Append, [], "SELECT 1 AS id, 'a' AS name", "SELECT 2.5::DOUBLE AS price, 2 AS id", "SELECT 'c' AS NAME, 3 AS id");

        Assert.Equal("1,a,NULL 2,NULL,2.5 3,c,NULL", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_column_that_was_added_is_known_to_the_batches_after_it()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Append, [], "SELECT 1 AS id", "SELECT 2 AS id, 2.5::DOUBLE AS price", "SELECT 3 AS id, 3.5::DOUBLE AS price");

        Assert.Equal("1,NULL 2,2.5 3,3.5", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_nested_column_with_an_odd_name_is_added()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Append, [], "SELECT 1 AS id", """SELECT 2 AS id, {'a"); DROP TABLE flights; --': [1.5]} AS "o""dd" """);

        Assert.Equal("2", await _fixture.RowsAsync("""SELECT id FROM flights WHERE "o""dd" IS NOT NULL"""));
    }

    [Theory]
    [InlineData("BIGINT", "TINYINT")]
    [InlineData("BIGINT", "UINTEGER")]
    [InlineData("UBIGINT", "UTINYINT")]
    [InlineData("DOUBLE", "FLOAT")]
    public async Task A_narrower_type_is_widened_into_the_tables(string table, string file)
    {
        await _fixture.ApplyAllAsync(SyncType.Append, [], $"SELECT 1::{table} AS id", $"SELECT 2::{file} AS id");

        Assert.Equal(table, await _fixture.RowsAsync("SELECT DISTINCT typeof(id) FROM flights"));
        Assert.Equal("1 2", await _fixture.RowsAsync());
    }

    [Theory]
    [InlineData("INTEGER", "VARCHAR")]
    [InlineData("VARCHAR", "INTEGER")]
    [InlineData("BOOLEAN", "INTEGER")]
    [InlineData("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")]
    [InlineData("DATE", "VARCHAR")]
    public async Task A_type_that_does_not_fit_fails_the_batch(string table, string file)
    {
        var value = table is "DATE" or "TIMESTAMP" ? "'2001-01-01'" : "1";
        await _fixture.ApplyAsync(_fixture.BatchOf(1, $"SELECT {value}::{table} AS id"));
        var batch = _fixture.BatchOf(2, $"SELECT {value}::{file} AS id, 7 AS extra");

        var error = await _fixture.RefusedAsync(batch);

        Assert.Contains($"{batch.Path}: column id is {file} in the file but {table} in the table", error.Message, StringComparison.Ordinal);
        Assert.Equal("id", await _fixture.RowsAsync("SELECT column_name FROM (DESCRIBE flights)"));
    }

    [Fact]
    public async Task Rows_stay_in_file_order()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 300000 - range AS id FROM range(300000)"));

        Assert.Equal("300000", await _fixture.RowsAsync("SELECT id FROM flights LIMIT 1"));
        const string OutOfOrder = "SELECT count(*) FROM (SELECT id - lag(id) OVER () AS step FROM flights) WHERE step <> -1";
        Assert.Equal("0", await _fixture.RowsAsync(OutOfOrder));
    }

    [Fact]
    public async Task Directories_that_look_like_hive_partitions_add_no_column()
    {
        var path = _fixture.Parquet.Write("team=4/one.parquet", "SELECT 1 AS id");

        await _fixture.ApplyAsync(_fixture.Batch(1, path));

        Assert.Equal("1", await _fixture.RowsAsync());
    }
}
