using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Tests.Unit.DuckDb;

// The format of a lake file: the default, until a column needs a newer one.
public sealed class StorageFormatTests : IDisposable
{
    private const string Format = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'lake'";

    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_file_keeps_the_format_that_older_clients_read()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id, 'POINT(1 2)'::GEOMETRY::VARCHAR AS shape"));

        Assert.Equal("v1.0.0+", await _fixture.RowsAsync(Format));
    }

    [Theory]
    [InlineData("42::VARIANT", "VARIANT")]
    [InlineData("'POINT(1 2)'::GEOMETRY('OGC:CRS84')", "GEOMETRY('OGC:CRS84')")]
    public async Task A_column_that_needs_the_newer_format_gets_it_in_the_first_batch_and_in_a_later_one(string value, string type)
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, $"SELECT 1 AS id, {value} AS v"));
        await _fixture.Sink.ReleaseAsync(_fixture.Group, TestContext.Current.CancellationToken);
        await _fixture.ApplyAsync(_fixture.BatchOf(2, $"SELECT 2 AS id, {value} AS v"));
        var first = await _fixture.RowsAsync("SELECT count(v), any_value(typeof(v)) FROM flights");

        _fixture.Group = new GroupKey(8, "flights");
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id", SyncType.Incremental, "id"));
        await _fixture.ApplyAsync(_fixture.BatchOf(2, $"SELECT 1 AS id, {value} AS v", SyncType.Incremental, "id"));
        var later = await _fixture.RowsAsync("SELECT count(v), any_value(typeof(v)) FROM flights");

        Assert.Equal(($"2,{type}", $"1,{type}"), (first, later));
        Assert.StartsWith("v1.5.", await _fixture.RowsAsync(Format), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_refresh_in_the_newer_format_is_swapped_in()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        _fixture.Run = Guid.NewGuid();
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 42::VARIANT AS v", SyncType.FullRefresh));

        await _fixture.EndAsync(Grains.Interfaces.Sinks.RunEnd.Sealed, appliedSeq: 2);

        Assert.Equal("VARIANT", await _fixture.RowsAsync("SELECT column_type FROM (DESCRIBE flights)"));
    }

    // The statements of the first version that wrote lake files.
    [Fact]
    public async Task A_file_of_an_earlier_version_goes_on()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 'x' AS overwritten"));
        var run = _fixture.Run;
        await _fixture.ByHandAsync(
            "DROP TABLE orleans_batch.applied",
            """
            CREATE TABLE orleans_batch.applied (
              run_id UUID NOT NULL, batch_index INTEGER NOT NULL, seq BIGINT NOT NULL, row_count BIGINT NOT NULL,
              epoch BIGINT NOT NULL, applied_at TIMESTAMPTZ NOT NULL, PRIMARY KEY (run_id, batch_index))
            """,
            $"INSERT INTO orleans_batch.applied VALUES ('{run}', 1, 1, 5, 1, '2026-01-01T00:00:00Z')",
            "CREATE OR REPLACE TABLE flights (id INTEGER, shape GEOMETRY)",
            "INSERT INTO flights VALUES (1, 'POINT(1 2)')");

        var repeated = await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 'x' AS overwritten"), appliedSeq: 0);
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS id, 'POINT(1 2)'::GEOMETRY('OGC:CRS84') AS shape"));

        Assert.Equal((5, null), (repeated.RowsApplied, repeated.RowsReplaced));
        Assert.Equal("2,GEOMETRY('OGC:CRS84')", await _fixture.RowsAsync("SELECT count(*), any_value(typeof(shape)) FROM flights"));
        Assert.Equal(
            "5,NULL 1,0", await _fixture.RowsAsync("SELECT row_count, rows_replaced FROM orleans_batch.applied ORDER BY batch_index"));
    }
}
