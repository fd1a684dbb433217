namespace OrleansBatch.Tests.Unit.Delta;

// What a column of a file becomes in a table, and what the kernel reads of it.
public sealed class TypeTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("true", "Bool", "true")]
    [InlineData("(-1)::TINYINT", "Int8", "-1")]
    [InlineData("(-300)::SMALLINT", "Int16", "-300")]
    [InlineData("1::INTEGER", "Int32", "1")]
    [InlineData("9007199254740993::BIGINT", "Int64", "9007199254740993")]
    [InlineData("255::UTINYINT", "Int16", "255")]
    [InlineData("65535::USMALLINT", "Int32", "65535")]
    [InlineData("4294967295::UINTEGER", "Int64", "4294967295")]
    [InlineData("18446744073709551615::UBIGINT", "Decimal(20, 0)", "18446744073709551615")]
    [InlineData("1.5::FLOAT", "Float32", "1.5")]
    [InlineData("2.25::DOUBLE", "Float64", "2.25")]
    [InlineData("1234567890123456789.0123456789::DECIMAL(38,10)", "Decimal(38, 10)", "1234567890123456789.0123456789")]
    [InlineData("'ü€'", "String", "ü€")]
    [InlineData("'\\xAA'::BLOB", "String", "\uFFFD")]
    [InlineData("DATE '2026-02-03'", "Date32", "2026-02-03")]
    [InlineData("TIMESTAMP '2026-02-03 04:05:06.123456'", "DateTime64(6)", "2026-02-03 04:05:06.123456")]
    [InlineData("TIMESTAMPTZ '2026-02-03 04:05:06.123456+00'", "DateTime64(6)", "2026-02-03 04:05:06.123456")]
    [InlineData("TIMESTAMP_NS '2026-02-03 04:05:06.123456'", "DateTime64(6)", "2026-02-03 04:05:06.123456")]
    [InlineData("TIME '04:05:06.123456'", "String", "04:05:06.123456")]
    [InlineData("INTERVAL '1 month 2 days'", "String", "1 month 2 days")]
    [InlineData("'{\"a\": 1}'::JSON", "String", "{\"a\": 1}")]
    [InlineData("'3f6b2a1e-0000-4000-8000-000000000001'::UUID", "String", "3f6b2a1e-0000-4000-8000-000000000001")]
    public async Task A_value_comes_back_as_it_was(string expression, string type, string value)
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, $"SELECT {expression} AS v UNION ALL SELECT NULL"));

        Assert.Equal($"v\tNullable({type})", await _fixture.Reader.ColumnsAsync());
        Assert.Equal(value, await _fixture.Reader.SelectAsync("v", "v IS NOT NULL"));
        Assert.Equal(1, await _fixture.Reader.CountAsync("v IS NULL"));
    }

    [Fact]
    public async Task Lists_structs_and_maps_come_back_as_they_were()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(
            1, "SELECT [1, 2]::UTINYINT[] AS l, {'a': 1, 'b': ['x', NULL]} AS s, MAP {'k': TIME '01:02:03'} AS m"));

        Assert.Equal("[1,2],(1,['x',NULL]),{'k':'01:02:03'}", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_field_that_comes_later_is_null_in_the_rows_before_it()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Append, [], "SELECT {'a': 1} AS s", "SELECT {'b': 'x', 'a': 2} AS s");

        Assert.Equal("(1,NULL) (2,'x')", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_digit_below_the_microsecond_is_refused_or_rounded_and_counted()
    {
        var batch = _fixture.BatchOf(1, "SELECT TIMESTAMP_NS '2026-02-03 04:05:06.123456789' AS t, 1 AS id");

        var error = await _fixture.RefusedAsync(batch);
        var result = await _fixture.ApplyAsync(batch with { Lossy = LossRule.Round });

        Assert.Contains("column t has 2026-02-03 04:05:06.123456789", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, result.ValuesRounded);
        Assert.Equal("2026-02-03 04:05:06.123456,1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_timestamp_that_comes_later_raises_the_protocol_and_old_rows_stay()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        Assert.Equal(1, (await _fixture.SnapshotAsync()).Protocol.MinReaderVersion);

        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS id, TIMESTAMP '2026-01-01' AS t"));

        var protocol = (await _fixture.SnapshotAsync()).Protocol;
        Assert.Equal(["timestampNtz"], protocol.ReaderFeatures);
        Assert.Equal(["appendOnly", "invariants", "timestampNtz"], protocol.WriterFeatures!.Order());
        Assert.Equal("1,\\N 2,2026-01-01 00:00:00.000000", await _fixture.RowsAsync());
    }

    [Theory]
    [InlineData("range", "id >= 1500 AND id < 1600", 100)]
    [InlineData("'k' || lpad(range::VARCHAR, 6, '0')", "id >= 'k001500' AND id < 'k001600'", 100)]
    [InlineData("TIMESTAMP '2026-01-01 00:00:00.000900' + to_microseconds(range)", "id >= '2026-01-01 00:00:00.002899'", 1)]
    [InlineData("DATE '2000-01-01' + range::INTEGER", "id = '2002-01-01'", 1)]
    [InlineData("range::DECIMAL(10,2) / 4", "id = 12.25", 1)]
    [InlineData("CASE WHEN range = 3 THEN 'nan'::DOUBLE ELSE range END", "id = 1999", 1)]
    public async Task Statistics_hide_no_row_from_a_filter(string expression, string where, long rows)
    {
        await _fixture.ApplyWindowAsync(_fixture.BatchOf(1, $"SELECT {expression} AS id FROM range(1000)"));
        await _fixture.ApplyWindowAsync(_fixture.BatchOf(2, $"SELECT {expression} AS id FROM range(1000, 2000)"));

        Assert.Equal(rows, await _fixture.Reader.CountAsync(where));
    }
}
