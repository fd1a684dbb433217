namespace OrleansBatch.Tests.Unit.DuckDb.Changes;

public sealed class RefusedChangesTests : IDisposable
{
    private readonly ChangeFixture _changes = new();

    public void Dispose() => _changes.Dispose();

    [Theory]
    [InlineData("('x', 1, 1, 'a')", "operation column op has \"x\"", "(1 row so)")]
    [InlineData("('c', 1, 1, 'a'), (NULL, 2, 1, 'b'), (NULL, 3, 1, 'b')", "operation column op has NULL", "(2 rows so)")]
    [InlineData("('t', 1, 1, 'a')", "has \"t\"", "Known are c, r, i, u")]
    [InlineData("('c', 1, NULL, 'a'), ('c', 2, 2, 'a')", "sequence column lsn has NULL in 1 row", "Nothing was changed")]
    [InlineData("('c', NULL, 1, 'a'), ('c', 2, 2, 'a')", "has a null in the primary key", "null_keys")]
    [InlineData("('c', 1, 1.5::DOUBLE, 'a')", "sequence column lsn is DOUBLE in the file", "whole numbers, DECIMAL")]
    [InlineData("('c', 1, true, 'a')", "sequence column lsn is BOOLEAN in the file", "text that sorts")]
    [InlineData("(1, 1, 1, 'a')", "operation column op is INTEGER", "write it as text")]
    public async Task A_file_with_changes_that_say_too_little_is_refused(string values, string what, string remedy)
    {
        var message = await _changes.RefusedAsync(ChangeFixture.File(values));

        Assert.Contains(".parquet", message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.Contains(remedy, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 'c' AS op, 1 AS id, 1 AS seq", "lacks the sequence column lsn")]
    [InlineData("SELECT 'c' AS operation, 1 AS id, 1 AS lsn", "lacks the operation column op")]
    [InlineData("SELECT 'c' AS op, 1 AS nr, 1 AS lsn", "lacks the primary key id")]
    [InlineData("SELECT 'c' AS op, 1 AS id, 1 AS lsn, true AS _OrleansBatch_deleted", "has the column _OrleansBatch_deleted")]
    public async Task A_file_with_the_wrong_columns_is_refused(string select, string what) =>
        Assert.Contains(what, await _changes.RefusedAsync(select), StringComparison.Ordinal);

    [Fact]
    public async Task The_columns_of_versions_are_refused_where_versions_are_kept()
    {
        const string File = "SELECT 'c' AS op, 1 AS id, 1 AS lsn, 2 AS Valid_To";
        await _changes.ApplyFileAsync(File);
        _changes.Rules = _changes.Rules with { History = true };

        Assert.Contains("has the column Valid_To", await _changes.RefusedAsync(File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_names_no_columns_fails()
    {
        var error = await _changes.Sink.RefusedAsync(_changes.Next(ChangeFixture.File("('c', 1, 1, 'a')")) with { Cdc = null });

        Assert.Contains("does not say which columns", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_or_sequence_than_that_of_earlier_changes_needs_a_full_refresh()
    {
        const string File = "SELECT 'c' AS op, 1 AS id, 1 AS lsn, 2 AS nr, 5 AS ts";
        await _changes.ApplyFileAsync(File);

        _changes.Keys = ["id", "nr"];
        Assert.Contains("earlier changes of the table were known by id, lsn", await _changes.RefusedAsync(File), StringComparison.Ordinal);
        _changes.Keys = ["id"];
        _changes.Rules = _changes.Rules with { Sequence = "ts" };
        Assert.Contains("knows rows by id, ts", await _changes.RefusedAsync(File), StringComparison.Ordinal);

        await _changes.RefreshAsync("SELECT 1 AS id, 1 AS lsn, 2 AS nr, 4 AS ts");
        await _changes.ApplyFileAsync(File);
        Assert.Equal("1,1,2,5", await _changes.RowsAsync("SELECT id, lsn, nr, ts FROM flights"));
    }

    [Fact]
    public async Task A_sequence_of_another_kind_than_the_tables_is_refused()
    {
        await _changes.ApplyAsync("('c', 1, 5, 'a')");

        Assert.Contains(
            "column lsn is VARCHAR in the file", await _changes.RefusedAsync(ChangeFixture.File("('c', 1, 'x', 'a')")),
            StringComparison.Ordinal);
    }
}
