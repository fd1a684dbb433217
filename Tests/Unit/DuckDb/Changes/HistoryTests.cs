namespace OrleansBatch.Tests.Unit.DuckDb.Changes;

public sealed class HistoryTests : IDisposable
{
    private readonly ChangeFixture _changes = new();

    public HistoryTests() => _changes.Rules = _changes.Rules with { History = true };

    public void Dispose() => _changes.Dispose();

    [Fact]
    public async Task A_version_lasts_until_the_next_change_of_its_key()
    {
        await _changes.ApplyAsync("('c', 1, 1, 'a'), ('c', 2, 1, 'x')");
        await _changes.ApplyAsync("('u', 1, 3, 'b'), ('d', 2, 4, NULL)");
        await _changes.ApplyAsync("('c', 2, 6, 'y')");

        Assert.Equal("1,3,b 2,6,y", await _changes.RowsAsync());
        Assert.Equal("1,a,1,3 1,b,3,NULL 2,x,1,4 2,y,6,NULL", await _changes.HistoryAsync());
    }

    [Fact]
    public async Task A_late_older_row_is_placed_between_its_neighbours()
    {
        await _changes.ApplyAsync("('c', 1, 1, 'a')");
        await _changes.ApplyAsync("('d', 1, 5, NULL)");
        await _changes.ApplyAsync("('c', 1, 9, 'c')");
        await _changes.ApplyAsync("('u', 1, 3, 'b'), ('u', 1, 7, 'late')");

        Assert.Equal("1,9,c", await _changes.RowsAsync());
        Assert.Equal("1,a,1,3 1,b,3,5 1,late,7,9 1,c,9,NULL", await _changes.RowsAsync(
            "SELECT id, name, valid_from, valid_to FROM flights_history ORDER BY valid_from"));
    }

    [Fact]
    public async Task A_delete_that_comes_before_its_row_closes_it()
    {
        await _changes.ApplyAsync("('d', 1, 5, NULL)");
        await _changes.ApplyAsync("('c', 1, 2, 'a')");

        Assert.Equal("", await _changes.RowsAsync());
        Assert.Equal("1,a,2,5", await _changes.HistoryAsync());
    }

    [Fact]
    public async Task A_row_with_the_sequence_of_a_delete_takes_its_place()
    {
        await _changes.ApplyAsync("('d', 1, 5, NULL)");
        await _changes.ApplyAsync("('c', 1, 5, 'a')");
        await _changes.ApplyAsync("('u', 1, 7, 'b')");

        Assert.Equal("1,a,5,7 1,b,7,NULL", await _changes.HistoryAsync());
        Assert.Equal("0", await _changes.RowsAsync("SELECT count(*) FROM orleans_batch.deletion"));
    }

    // Deletes of before would end versions of sequences that begin anew.
    [Fact]
    public async Task A_history_that_people_took_away_begins_anew_without_the_deletes_of_before()
    {
        await _changes.ApplyAsync("('c', 1, 1000, 'a')");
        await _changes.ApplyAsync("('d', 1, 1001, NULL)");
        await _changes.RefreshAsync("SELECT 2 AS id, 1 AS lsn, 'two' AS name");
        await _changes.Sink.ByHandAsync("ALTER TABLE lake.flights_history RENAME TO history_of_2025");

        await _changes.ApplyAsync("('c', 1, 5, 'b')");
        await _changes.ApplyAsync("('u', 1, 7, 'c')");

        Assert.Equal("1,b,5,7 1,c,7,NULL", await _changes.HistoryAsync());
    }

    [Fact]
    public async Task A_version_has_the_columns_and_types_that_files_bring_later()
    {
        await _changes.ApplyAsync("('c', 1, 1, 'a')");
        await _changes.ApplyFileAsync("SELECT 'u' AS op, 1::BIGINT AS id, 5000000000 AS lsn, 'b' AS name, 7 AS extra");

        Assert.Equal("1,1,a,NULL,1,5000000000 1,5000000000,b,7,5000000000,NULL", await _changes.RowsAsync(
            "SELECT id, lsn, name, extra, valid_from, valid_to FROM flights_history ORDER BY valid_from"));
    }

    [Fact]
    public async Task A_full_refresh_leaves_the_history_as_it_is()
    {
        await _changes.ApplyAsync("('c', 1, 1, 'a')");
        await _changes.RefreshAsync("SELECT 2 AS id, 7 AS lsn, 'b' AS name");
        await _changes.ApplyAsync("('u', 2, 8, 'c')");

        Assert.Equal("1,a,1,NULL 2,c,8,NULL", await _changes.HistoryAsync());
    }
}
