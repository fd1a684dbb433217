namespace OrleansBatch.Tests.Unit.DuckDb;

// A column with nothing but nulls, and without a type in its file.
public sealed class NullTypedColumnTests : IDisposable
{
    // id 1, 2, 3 and v null, as pyarrow writes it: v is an INT32 of the logical type UNKNOWN, which DuckDB's COPY never writes.
    private const string Untyped =
        "UEFSMRUEFRgVGEwVBhUAEgAAAQAAAAIAAAADAAAAFQAVCBUILBUGFRAVBhUGAAACAyQAFQQVABUATBUAFQASAAAVABUOFQ4sFQYVEBUGFQYAAA"
        + "IAAAAGAAAZEQIZGAQBAAAAGRgEAwAAABUCGRYAABkcFjwVKhYAAAAZHBaCARUwFgAAABUEGTw1ABgGc2NoZW1hFQQAFQIlABgCaWQAFQIlAhgB"
        + "dmy8AAAAFgYZHBksJgAcFQIZNQAGEBkYAmlkFQAWBhZeFl4mPCYIHBgEAwAAABgEAQAAABYAKAQDAAAAGAQBAAAAEREAGSwVBBUAFQIAFQAVEB"
        + "UCAAAW4AEVFBayARUuACYAHBUCGTUABhAZGAF2FQAWBhZMFkwmggEmZiksFQQVABUCABUAFRAVAgA8KQYZJgYAAAAW9AEVFgAWqgEWBiYIFqoB"
        + "ACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNS4wLjEZLBwAABwAAADxAAAAUEFSMQ==";

    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("'x'", "VARCHAR")]
    [InlineData("1.5::FLOAT", "FLOAT")]
    [InlineData("1::TINYINT", "TINYINT")]
    [InlineData("1.5::DECIMAL(5,2)", "DECIMAL(5,2)")]
    [InlineData("true", "BOOLEAN")]
    [InlineData("{'a': [DATE '2001-01-01']}", "STRUCT(a DATE[])")]
    public async Task It_becomes_the_first_type_that_comes_and_fits_into_it_later(string value, string type)
    {
        await _fixture.ApplyAsync(_fixture.Batch(1, WriteUntyped()));
        await _fixture.ApplyAsync(_fixture.BatchOf(2, $"SELECT 4 AS id, {value} AS v"));
        await _fixture.ApplyAsync(_fixture.Batch(3, WriteUntyped()));

        Assert.Equal(type, await _fixture.RowsAsync("SELECT column_type FROM (DESCRIBE flights) WHERE column_name = 'v'"));
        Assert.Equal("7,1", await _fixture.RowsAsync($"SELECT count(*), count(v) FILTER (v = {value}) FROM flights"));
    }

    [Fact]
    public async Task It_takes_part_in_an_incremental_run()
    {
        await _fixture.ApplyAsync(_fixture.Batch(1, WriteUntyped(), SyncType.Incremental, "id"));
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 3 AS id, 'x' AS v", SyncType.Incremental, "id"));
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 1 AS id, 'y' AS v", SyncType.Incremental, "id"));

        var error = await _fixture.RefusedAsync(_fixture.Batch(4, WriteUntyped(), SyncType.Incremental, "v"));

        Assert.Equal("1,y 2,NULL 3,x", await _fixture.RowsAsync());
        Assert.Contains("3 rows in v", error.Message, StringComparison.Ordinal);
    }

    private string WriteUntyped() => _fixture.Parquet.WriteBytes($"{Guid.NewGuid():N}.parquet", Convert.FromBase64String(Untyped));
}
