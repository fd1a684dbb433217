namespace OrleansBatch.Tests.Unit.DuckDb;

// The allowed values and names of a primary key.
public sealed class KeyTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("old_row")]
    [InlineData("new_row")]
    [InlineData("own_0")]
    [InlineData("own_1")]
    [InlineData("own_2")]
    [InlineData("element_0")]
    [InlineData("lake")]
    [InlineData("main")]
    [InlineData("flights")]
    [InlineData("unnamed_subquery")]
    [InlineData("read_parquet")]
    [InlineData("rowid")]
    [InlineData("filename")]
    [InlineData("file_row_number")]
    public async Task A_struct_that_has_any_name_and_a_field_named_like_the_key_changes_no_row(string name)
    {
        await _fixture.ApplyAllAsync(
            SyncType.Incremental,
            ["id"],
            $"SELECT range AS id, {{'id': 9, 'own_3': 9}} AS {name} FROM range(3)",
            $"SELECT range + 2 AS id, {{'id': 0, 'own_3': 0}} AS {name} FROM range(2)");

        Assert.Equal("0,9 1,9 2,0 3,0", await _fixture.RowsAsync($"SELECT id, struct_extract({name}, 'id') FROM flights ORDER BY id"));
    }

    [Fact]
    public async Task A_struct_that_only_the_table_has_changes_no_row()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Incremental,
            ["id"],
            "SELECT range AS id, {'id': 9} AS own_0, {'id': 9} AS own__0 FROM range(3)",
            "SELECT 2 AS id",
            "SELECT 3 AS id");

        Assert.Equal("0,9 1,9 2,NULL 3,NULL", await _fixture.RowsAsync("SELECT id, struct_extract(own_0, 'id') FROM flights ORDER BY id"));
    }

    [Fact]
    public async Task A_null_in_a_key_is_refused_and_says_how_many_rows()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id, 1 AS part", SyncType.Incremental, "id", "part"));
        const string Nulls = "SELECT * FROM (VALUES (NULL, 1), (2, NULL), (NULL, NULL), (3, 3)) AS t(id, part)";
        var batch = _fixture.BatchOf(2, $"SELECT *, 1 AS extra FROM ({Nulls})", SyncType.Incremental, "ID", "part");

        var error = await _fixture.RefusedAsync(batch);

        Assert.StartsWith(
            $"{batch.Path} has a null in the primary key: 2 rows in id and 2 rows in part.", error.Message, StringComparison.Ordinal);
        Assert.Equal("1,1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_null_inside_a_key_is_a_null()
    {
        var error = await _fixture.RefusedAsync(
            _fixture.BatchOf(1, "SELECT {'a': 1, 'b': [{'c': NULL::INTEGER}]} AS id", SyncType.Incremental, "id"));

        Assert.Contains("1 row in id", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_with_a_null_in_their_key_are_inserted_and_never_match_when_the_run_keeps_them()
    {
        var select = "SELECT * FROM (VALUES (1, NULL, 'a'), (NULL, NULL, 'b'), (NULL, NULL, 'b'), (1, 1, 'x'), (1, 1, 'c')) "
            + "AS t(id, part, name)";
        for (var seq = 1; seq <= 2; seq++)
        {
            var batch = _fixture.BatchOf(seq, select, SyncType.Incremental, "id", "part") with { NullKeys = NullKeyRule.Keep };

            var result = await _fixture.ApplyAsync(batch);

            Assert.Equal((4, seq - 1), (result.RowsApplied, result.RowsReplaced));
        }

        Assert.Equal("1,1,c 1,NULL,a 1,NULL,a NULL,NULL,b NULL,NULL,b NULL,NULL,b NULL,NULL,b", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Null_keys_that_the_table_holds_already_are_left_alone()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT NULL::INTEGER AS id, 'a' AS name"));

        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 1 AS id, 'b' AS name", SyncType.Incremental, "id"));

        Assert.Equal("1,b NULL,a", await _fixture.RowsAsync());
    }

    [Theory]
    [InlineData("'NaN'::DOUBLE", "'NaN'::DOUBLE")]
    [InlineData("'-0.0'::DOUBLE", "'0.0'::DOUBLE")]
    [InlineData("'NaN'::FLOAT", "'NaN'::DOUBLE")]
    [InlineData("{'a': 1, 'b': [1]}", "{'b': [1], 'a': 1::SMALLINT}")]
    [InlineData("[1, 2]", "[1::BIGINT, 2]")]
    [InlineData("'a'::BLOB", "'a'::BLOB")]
    [InlineData("DATE '2001-01-01'", "TIMESTAMP '2001-01-01'")]
    public async Task A_row_replaces_the_one_of_equal_key_and_the_last_one_wins(string table, string file)
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, $"SELECT {table} AS id, 'old' AS name", SyncType.Incremental, "id"));

        var result = await _fixture.ApplyAsync(
            _fixture.BatchOf(2, $"SELECT {file} AS id, 'x' AS name UNION ALL SELECT {file}, 'new'", SyncType.Incremental, "id"));

        Assert.Equal((1, 1), (result.RowsApplied, result.RowsReplaced));
        Assert.Equal("new", await _fixture.RowsAsync("SELECT name FROM flights"));
    }

    [Fact]
    public async Task A_key_that_is_named_twice_is_one_key()
    {
        await _fixture.ApplyAllAsync(SyncType.Incremental, ["id", "ID"], "SELECT 1 AS id, 'a' AS name", "SELECT 1 AS id, 'b' AS name");

        Assert.Equal("1,b", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_repeated_batch_is_answered_with_what_was_done_the_first_time()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id", SyncType.Incremental, "id"));
        var batch = _fixture.BatchOf(2, "SELECT range AS id FROM range(3)", SyncType.Incremental, "id");
        var first = await _fixture.ApplyAsync(batch);

        var again = await _fixture.ApplyAsync(batch with { Seq = 3, RunId = Guid.NewGuid() });

        Assert.Equal((3, 1), (first.RowsApplied, first.RowsReplaced));
        Assert.Equal(first, again);
    }
}
