using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Tests.Unit.DuckDb.Changes;

// What holds for incremental runs holds for change events: wider types, new columns, keys of any kind, nulls that a run keeps.
public sealed class ChangedTablesTests : IDisposable
{
    private readonly ChangeFixture _changes = new();

    public void Dispose() => _changes.Dispose();

    [Fact]
    public async Task Wider_keys_sequences_and_new_columns_are_taken()
    {
        await _changes.ApplyFileAsync("SELECT 'c' AS op, 1::TINYINT AS ID, 1::SMALLINT AS lsn, 1 AS n");
        await _changes.ApplyFileAsync("SELECT 'd' AS op, 2::SMALLINT AS id, 70000 AS lsn, 1 AS n");
        await _changes.ApplyFileAsync("SELECT 'u' AS OP, 1::BIGINT AS id, 5000000000 AS LSN, 5000000000 AS n, 'x' AS extra");
        await _changes.ApplyFileAsync("SELECT 'c' AS op, 2::BIGINT AS id, 6::TINYINT AS lsn, 1 AS n");

        Assert.Equal("1,5000000000,5000000000,x", await _changes.RowsAsync("SELECT id, lsn, n, extra FROM flights"));
    }

    [Theory]
    [InlineData("'2026-01-01'::DATE + {0}")]
    [InlineData("'2026-01-01'::TIMESTAMP + to_seconds({0})")]
    [InlineData("('2026-01-01'::TIMESTAMP + to_seconds({0}))::TIMESTAMPTZ")]
    [InlineData("('2026-01-01'::TIMESTAMP + to_seconds({0}))::TIMESTAMP_NS")]
    [InlineData("({0} / 10)::DECIMAL(9, 3)")]
    [InlineData("{0}::HUGEINT::DECIMAL(38, 0)")]
    [InlineData("{0}::UBIGINT")]
    [InlineData("lpad({0}::VARCHAR, 8, '0')")]
    public async Task Every_type_that_orders_changes_orders_them(string sequence)
    {
        string Row(string op, int at, string name) =>
            $"SELECT '{op}' AS op, 1 AS id, {string.Format(System.Globalization.CultureInfo.InvariantCulture, sequence, at)} AS lsn, "
            + $"'{name}' AS name";
        _changes.Rules = _changes.Rules with { History = true };

        await _changes.ApplyFileAsync($"{Row("c", 100, "new")} UNION ALL {Row("u", 9, "old")}");
        await _changes.ApplyFileAsync(Row("u", 20, "older"));

        Assert.Equal("new", await _changes.RowsAsync("SELECT name FROM flights"));
        Assert.Equal("old older new", await _changes.RowsAsync("SELECT name FROM flights_history ORDER BY valid_from"));
    }

    [Theory]
    [InlineData("1.5::DECIMAL(9, 2)")]
    [InlineData("'k'")]
    [InlineData("DATE '2026-01-01'")]
    [InlineData("{'a': 1, 'b': 'x'}")]
    [InlineData("[1, 2]")]
    [InlineData("'\\x00\\x01'::BLOB")]
    [InlineData("uuid '00000000-0000-7000-8000-000000000001'")]
    [InlineData("'nan'::DOUBLE")]
    public async Task Keys_of_any_type_are_told_apart(string key)
    {
        string Row(string op, int lsn) => $"SELECT '{op}' AS op, {key} AS id, {lsn} AS lsn, {lsn} AS n";
        _changes.Rules = _changes.Rules with { History = true };

        await _changes.ApplyFileAsync(Row("c", 5));
        await _changes.ApplyFileAsync(Row("u", 4));
        await _changes.ApplyFileAsync(Row("u", 6));
        Assert.Equal("6", await _changes.RowsAsync("SELECT n FROM flights"));

        await _changes.ApplyFileAsync(Row("d", 7));
        await _changes.ApplyFileAsync(Row("c", 6));
        Assert.Equal("", await _changes.RowsAsync("SELECT n FROM flights"));
        Assert.Equal("4,5 5,6 6,7", await _changes.RowsAsync("SELECT n, valid_to FROM flights_history ORDER BY n"));
    }

    [Fact]
    public async Task Rows_with_a_null_key_are_inserted_and_never_match_when_the_run_keeps_them()
    {
        _changes.Rules = _changes.Rules with { History = true, Deletes = DeleteRule.Soft };
        var file = ChangeFixture.File("('c', NULL, 1, 'a'), ('d', NULL, 2, NULL), ('c', 1, 1, 'b')");

        await _changes.Sink.ApplyAsync(_changes.Next(file) with { NullKeys = NullKeyRule.Keep });
        await _changes.Sink.ApplyAsync(_changes.Next(file) with { NullKeys = NullKeyRule.Keep });

        Assert.Equal("1,1,b,False NULL,1,a,False NULL,1,a,False", await _changes.RowsAsync());
        Assert.Equal("1,b,1,NULL NULL,a,1,NULL NULL,a,1,NULL", await _changes.HistoryAsync());
    }

    [Fact]
    public async Task Columns_with_names_of_our_own_do_no_harm()
    {
        const string Row = "'c' AS op, 1 AS id, 1 AS lsn, 5 AS own_0, {'own_1': 6} AS own_10, 7 AS change, 8 AS decision";
        _changes.Rules = _changes.Rules with { History = true };

        await _changes.ApplyFileAsync($"SELECT {Row}");
        await _changes.ApplyFileAsync($"SELECT {Row}");

        Assert.Equal("1,5,7,8", await _changes.RowsAsync("SELECT id, own_0, change, decision FROM flights"));
    }

    [Fact]
    public async Task A_window_ends_before_a_batch_that_alters_a_table()
    {
        Batch[] window =
        [
            _changes.Next(ChangeFixture.File("('c', 1, 1, 'a')")),
            _changes.Next(ChangeFixture.File("('u', 1, 2, 'b')")),
            _changes.Next("SELECT 'u' AS op, 1 AS id, 5000000000 AS lsn, 'c' AS name"),
        ];

        Assert.Equal(2, await _changes.ApplyWindowAsync(window));
        Assert.Equal(1, await _changes.ApplyWindowAsync([window[2]]));
        Assert.Equal("1,5000000000,c", await _changes.RowsAsync());
    }

    [Fact]
    public async Task After_a_full_refresh_the_sequences_of_its_rows_hold_and_no_others()
    {
        await _changes.ApplyAsync("('c', 1, 50, 'a'), ('c', 2, 50, 'b'), ('d', 3, 90, NULL)");
        await _changes.RefreshAsync("SELECT 1 AS id, 7 AS lsn, 'one' AS name UNION ALL SELECT 2, NULL, 'two'");
        await _changes.ApplyAsync("('u', 1, 6, 'old'), ('u', 2, 1, 'TWO'), ('c', 3, 1, 'three')");

        Assert.Equal("1,7,one 2,1,TWO 3,1,three", await _changes.RowsAsync());
    }
}
