using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Unit.DuckDb;

// People's additions to a table in the lake: indexes, constraints, defaults, comments, views.
public sealed class AdditionTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("CREATE UNIQUE INDEX mine ON flights(id)")]
    [InlineData("ALTER TABLE flights ADD PRIMARY KEY (id)")]
    public async Task An_incremental_run_goes_on_after_a_unique_index_was_made(string statement)
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT range AS id, 'a' AS name FROM range(3)", SyncType.Incremental, "id"));
        await _fixture.ByHandAsync(statement);

        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT range + 1 AS id, 'b' AS name FROM range(3)", SyncType.Incremental, "id"));
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 3 AS id, 'c' AS name", SyncType.Incremental, "id"));

        Assert.Equal("0,a 1,b 2,b 3,c", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Rows_that_break_a_unique_index_are_refused_with_what_they_break()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id, 'a' AS name"));
        await _fixture.ByHandAsync("CREATE UNIQUE INDEX mine ON flights(name)");

        var error = await _fixture.RefusedAsync(_fixture.BatchOf(2, "SELECT 2 AS id, 'a' AS name"));

        Assert.Contains("\"name: a\"", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("Constraint Error", error.Detail, StringComparison.Ordinal);
        Assert.Equal("1,a", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_column_is_widened_under_what_was_added_to_the_table()
    {
        await _fixture.ApplyAsync(
            _fixture.BatchOf(1, "SELECT range::INTEGER AS id, 'a' AS name FROM range(3)", SyncType.Incremental, "id"));
        await _fixture.ByHandAsync(
            "ALTER TABLE flights ADD PRIMARY KEY (id)",
            "ALTER TABLE flights ALTER name SET DEFAULT 'none'",
            "CREATE INDEX \"my (index)\" ON flights(name, (id + 1))",
            "COMMENT ON TABLE flights IS 'it''s mine'",
            "COMMENT ON COLUMN flights.name IS 'a name'",
            "CREATE VIEW names AS SELECT name FROM flights");

        await _fixture.ApplyAsync(
            _fixture.BatchOf(2, "SELECT range + 9007199254740993 AS id, 'b' AS name FROM range(2)", SyncType.Incremental, "id"));
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 9007199254740993 AS id, 'c' AS name", SyncType.Incremental, "id"));

        Assert.Equal("0,a 1,a 2,a 9007199254740993,c 9007199254740994,b", await _fixture.RowsAsync());
        Assert.Equal("my (index)", await _fixture.RowsAsync("SELECT index_name FROM duckdb_indexes()"));
        Assert.Equal("it's mine,1", await _fixture.RowsAsync(
            "SELECT comment, has_primary_key::INTEGER FROM duckdb_tables() WHERE table_name = 'flights'"));
        Assert.Equal("'none',a name", await _fixture.RowsAsync(
            "SELECT column_default, comment FROM duckdb_columns() WHERE column_name = 'name' AND comment IS NOT NULL"));
        Assert.Equal("5", await _fixture.RowsAsync("SELECT count(*) FROM names"));
        await Assert.ThrowsAnyAsync<Exception>(() => _fixture.ByHandAsync("INSERT INTO flights VALUES (1, 'x')"));
    }

    [Fact]
    public async Task A_full_refresh_keeps_what_people_added()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id, 'a' AS name"));
        await _fixture.ByHandAsync(
            "ALTER TABLE flights ALTER name SET NOT NULL",
            "ALTER TABLE flights ADD PRIMARY KEY (id)",
            "ALTER TABLE flights ALTER name SET DEFAULT 'none'",
            "CREATE UNIQUE INDEX mine ON flights(name)",
            "COMMENT ON TABLE flights IS 'mine'",
            "COMMENT ON COLUMN flights.name IS 'a name'",
            "COMMENT ON INDEX mine IS 'an index'",
            "CREATE VIEW names AS SELECT name FROM flights");

        var result = await RefreshAsync("SELECT range AS id, range::VARCHAR AS name, 1 AS extra FROM range(3)");

        Assert.Empty(result.Notes);
        Assert.Equal("0,0,1 1,1,1 2,2,1", await _fixture.RowsAsync());
        Assert.Equal("mine,an index", await _fixture.RowsAsync("SELECT index_name, comment FROM duckdb_indexes()"));
        Assert.Equal("mine", await _fixture.RowsAsync("SELECT comment FROM duckdb_tables() WHERE table_name = 'flights'"));
        Assert.Equal("'none',a name,0", await _fixture.RowsAsync(
            "SELECT column_default, comment, is_nullable::INTEGER FROM duckdb_columns() WHERE column_name = 'name' "
                + "AND table_name = 'flights'"));
        Assert.Equal("3", await _fixture.RowsAsync("SELECT count(*) FROM names"));
        await Assert.ThrowsAnyAsync<Exception>(() => _fixture.ByHandAsync("INSERT INTO flights VALUES (1, 'new', 1)"));
        await Assert.ThrowsAnyAsync<Exception>(() => _fixture.ByHandAsync("INSERT INTO flights VALUES (9, '1', 1)"));
    }

    [Fact]
    public async Task A_full_refresh_names_what_it_could_not_keep()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id, 'a' AS name, 1 AS gone"));
        await _fixture.ByHandAsync(
            "CREATE TABLE filled AS FROM flights",
            "CREATE OR REPLACE TABLE flights (id INTEGER CHECK (id < 3), name VARCHAR NOT NULL, gone INTEGER, UNIQUE (name))",
            "INSERT INTO flights FROM filled",
            "CREATE INDEX kept ON flights(id)",
            "CREATE UNIQUE INDEX twice ON flights(id)",
            "CREATE INDEX lost ON flights(gone)",
            "CREATE VIEW broken AS SELECT gone FROM flights");

        var result = await RefreshAsync("SELECT * FROM (VALUES (3, NULL), (3, 'b'), (4, 'b')) AS t(id, name)");

        Assert.Equal("3,b 3,NULL 4,b", await _fixture.RowsAsync());
        Assert.Equal("kept", await _fixture.RowsAsync("SELECT index_name FROM duckdb_indexes()"));
        Assert.Contains("The column gone is gone", result.Notes[0], StringComparison.Ordinal);
        Assert.Contains(result.Notes, n => n.Contains("CHECK((id < 3))) was not kept: 3 of the new rows", StringComparison.Ordinal));
        Assert.Contains(result.Notes, n => n.Contains("(NOT NULL) was not kept: 1 of the new rows", StringComparison.Ordinal));
        Assert.Contains(result.Notes, n => n.Contains("(UNIQUE(\"name\")) was not kept: 1 of the new rows", StringComparison.Ordinal));
        Assert.Contains(result.Notes, n => n.StartsWith("The index twice was not kept: 1 of the new rows", StringComparison.Ordinal));
        Assert.Contains(result.Notes, n => n.StartsWith("The index lost was not kept: the new table lacks", StringComparison.Ordinal));
        Assert.Contains(result.Notes, n => n.StartsWith("The view broken can't be read", StringComparison.Ordinal));
        Assert.Equal(7, result.Notes.Count);
    }

    private async Task<RunEndResult> RefreshAsync(string select)
    {
        _fixture.Run = Guid.NewGuid();
        await _fixture.ApplyAsync(_fixture.BatchOf(2, select, SyncType.FullRefresh));
        return await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 2);
    }
}
