namespace OrleansBatch.Tests.Unit.DuckDb;

// Where the types leave the choice open, the values decide.
public sealed class ValueTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("1::DOUBLE", "9007199254740993::BIGINT")]
    [InlineData("9007199254740993::BIGINT", "1.5::DOUBLE")]
    [InlineData("9223372036854775807::BIGINT", "1.5::FLOAT")]
    [InlineData("9007199254740993::BIGINT", "'-0.0'::DOUBLE")]
    [InlineData("9007199254740993::BIGINT", "'NaN'::DOUBLE")]
    [InlineData("1.50::DECIMAL(9,2)", "1.505::DOUBLE")]
    [InlineData("1.50::DECIMAL(9,2)", "'inf'::DOUBLE")]
    [InlineData("1.5::DOUBLE", "12345678901234567.89::DECIMAL(19,2)")]
    [InlineData("0.1::DECIMAL(38,20)", "12345678901234567890123456789::DECIMAL(38,0)")]
    [InlineData("TIMESTAMP '1500-01-01'", "'2001-01-01 00:00:00.123456789'::TIMESTAMP_NS")]
    [InlineData("'2001-01-01'::TIMESTAMP_NS", "TIMESTAMP '2300-01-01'")]
    [InlineData("'2001-01-01'::TIMESTAMP_NS", "TIMESTAMP 'infinity'")]
    [InlineData("'2001-01-01'::TIMESTAMP_NS", "DATE '1500-01-01'")]
    [InlineData("[1.5::DOUBLE]", "[1, 9007199254740993]")]
    [InlineData("{'a': {'b': [1.5::DOUBLE]}}", "{'a': {'b': [9007199254740993]}}")]
    [InlineData("MAP {'k': 1.5::DOUBLE}", "MAP {'k': 9007199254740993}")]
    [InlineData("[[1]]", "[['x']]")]
    [InlineData("[{'element_0': 1}]", "[{'element_0': 'x'}]")]
    public async Task A_value_that_would_not_come_back_the_same_is_refused(string table, string file)
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, $"SELECT 1 AS id, {table} AS v"));
        var before = await _fixture.RowsAsync("SELECT id, v::VARCHAR, typeof(v) FROM flights");

        var error = await _fixture.RefusedAsync(_fixture.BatchOf(2, $"SELECT 2 AS id, {file} AS v, 3 AS extra"));

        Assert.Contains("column v is ", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await _fixture.RowsAsync("SELECT id, v::VARCHAR, typeof(v) FROM flights"));
    }

    [Theory]
    [InlineData("9007199254740993::BIGINT", "7::DOUBLE", "BIGINT", "7")]
    [InlineData("TIMESTAMP '1500-01-01'", "'2001-01-01 00:00:00.123456'::TIMESTAMP_NS", "TIMESTAMP", "2001-01-01 00:00:00.123456")]
    [InlineData("1.50::DECIMAL(9,2)", "'-1.25'::DOUBLE", "DECIMAL(9,2)", "-1.25")]
    [InlineData("TIMESTAMP '2001-01-01'", "DATE 'infinity'", "TIMESTAMP", "infinity")]
    [InlineData("[1]", "[NULL, 9007199254740993]", "BIGINT[]", "[NULL, 9007199254740993]")]
    [InlineData("[{'element_0': 1}]", "[{'element_0': NULL::VARCHAR}]", "STRUCT(element_0 INTEGER)[]", "[{'element_0': NULL}]")]
    [InlineData("{'a': 1, 'b': NULL::DATE}", "{'a': 2, 'b': 'x'}", "STRUCT(a INTEGER, b VARCHAR)", "{'a': 2, 'b': x}")]
    [InlineData("NULL::DATE", "[1]", "INTEGER[]", "[1]")]
    [InlineData("1", "NULL::STRUCT(a DATE)", "INTEGER", null)]
    [InlineData("{'A': 1}", "{'a': 2}", "STRUCT(A INTEGER)", "{'A': 2}")]
    [InlineData("{'a b': 1}", "{'c\"d': 2, 'a b': 3}", "STRUCT(\"a b\" INTEGER, \"c\"\"d\" INTEGER)", "{'a b': 3, 'c\"d': 2}")]
    public async Task A_value_that_comes_back_the_same_is_taken(string table, string file, string type, string? value)
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, $"SELECT 1 AS id, {table} AS v"));

        await _fixture.ApplyAsync(_fixture.BatchOf(2, $"SELECT 2 AS id, {file} AS v"));

        Assert.Equal(type, await _fixture.RowsAsync("SELECT column_type FROM (DESCRIBE flights) WHERE column_name = 'v'"));
        Assert.Equal(value ?? "NULL", await _fixture.RowsAsync("SELECT v::VARCHAR FROM flights WHERE id = 2"));
    }

    [Fact]
    public async Task A_file_without_rows_fits_whatever_its_types_are()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));

        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 'x' AS id LIMIT 0"));

        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task The_stage_of_a_full_refresh_widens_and_refuses_as_the_table_does()
    {
        await _fixture.ApplyAllAsync(SyncType.FullRefresh, [], "SELECT 1 AS id", "SELECT 9007199254740993 AS id");

        var error = await _fixture.RefusedAsync(_fixture.BatchOf(3, "SELECT 'x' AS id", SyncType.FullRefresh));
        await _fixture.EndAsync(Grains.Interfaces.Sinks.RunEnd.Sealed, appliedSeq: 2);

        Assert.EndsWith("write all files of a full refresh with one type.", error.Message, StringComparison.Ordinal);
        Assert.Equal("1 9007199254740993", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_key_is_widened_and_still_matches()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Incremental,
            ["id"],
            "SELECT * FROM (VALUES (1::SMALLINT, 'a'), (2, 'b')) AS t(id, name)",
            "SELECT * FROM (VALUES (2::BIGINT, 'B'), (9007199254740993, 'C')) AS t(id, name)",
            "SELECT * FROM (VALUES (1::UTINYINT, 'A')) AS t(id, name)");

        Assert.Equal("1,A 2,B 9007199254740993,C", await _fixture.RowsAsync());
    }
}
