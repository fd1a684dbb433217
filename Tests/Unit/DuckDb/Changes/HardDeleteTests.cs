namespace OrleansBatch.Tests.Unit.DuckDb.Changes;

public sealed class HardDeleteTests : IDisposable
{
    private readonly ChangeFixture _changes = new();

    public void Dispose() => _changes.Dispose();

    [Fact]
    public async Task The_change_with_the_highest_sequence_of_a_key_wins()
    {
        var result = await _changes.ApplyAsync("('c', 1, 5, 'new'), ('u', 1, 3, 'old'), ('c', 2, 4, 'two'), ('d', 2, 6, NULL)");

        Assert.Equal((4, 0), (result.RowsApplied, result.RowsReplaced));
        Assert.Equal("1,5,new", await _changes.RowsAsync());
    }

    [Fact]
    public async Task A_late_older_change_changes_nothing()
    {
        await _changes.ApplyAsync("('c', 1, 5, 'new')");
        var result = await _changes.ApplyAsync("('u', 1, 4, 'old'), ('d', 1, 3, NULL)");

        Assert.Equal(0, result.RowsReplaced);
        Assert.Equal("1,5,new", await _changes.RowsAsync());
    }

    [Fact]
    public async Task A_late_older_row_does_not_revive_a_deleted_one()
    {
        await _changes.ApplyAsync("('c', 1, 1, 'one')");
        var result = await _changes.ApplyAsync("('d', 1, 5, NULL), ('d', 2, 7, NULL)");
        await _changes.ApplyAsync("('u', 1, 4, 'old'), ('c', 2, 6, 'old'), ('c', 3, 2, 'three')");

        Assert.Equal(1, result.RowsReplaced);
        Assert.Equal("3,2,three", await _changes.RowsAsync());

        await _changes.ApplyAsync("('c', 1, 6, 'again')");

        Assert.Equal("1,6,again 3,2,three", await _changes.RowsAsync());
        Assert.Equal("2,7", await _changes.RowsAsync("SELECT id, lsn FROM orleans_batch.tombstone"));
    }

    [Fact]
    public async Task Of_equal_sequences_the_later_change_wins()
    {
        await _changes.ApplyAsync("('c', 1, 5, 'a'), ('u', 1, 5, 'b'), ('c', 2, 5, 'x')");
        await _changes.ApplyAsync("('d', 2, 5, NULL), ('u', 1, 5, 'c')");

        Assert.Equal("1,5,c", await _changes.RowsAsync());
    }

    [Fact]
    public async Task A_changed_key_is_a_delete_and_an_insert()
    {
        await _changes.ApplyAsync("('c', 1, 1, 'one')");
        await _changes.ApplyAsync("('d', 1, 2, NULL), ('c', 9, 2, 'one')");

        Assert.Equal("9,2,one", await _changes.RowsAsync());
    }

    [Fact]
    public async Task Rows_that_other_runs_brought_take_any_change()
    {
        await _changes.Sink.ApplyAsync(_changes.Next("SELECT 1 AS id, 'a' AS name UNION ALL SELECT 2, 'b'", SyncType.Append));
        await _changes.ApplyAsync("('u', 1, -5, 'A'), ('d', 2, -5, NULL)");

        Assert.Equal("1,A,-5", await _changes.RowsAsync());
    }

    [Fact]
    public async Task A_file_without_rows_changes_none()
    {
        await _changes.ApplyFileAsync("SELECT NULL::VARCHAR AS op, 1 AS id, NULL AS lsn, 'x' AS name WHERE false");
        await _changes.ApplyAsync("('c', 1, 5, 'a')");
        await _changes.ApplyFileAsync("SELECT 'd' AS op, 1 AS id, 9 AS lsn, 'x' AS name WHERE false");

        Assert.Equal("1,5,a", await _changes.RowsAsync("SELECT id, lsn, name FROM flights"));
    }

    [Fact]
    public async Task A_unique_index_of_peoples_stays_in_order()
    {
        await _changes.ApplyAsync("('c', 1, 1, 'a'), ('c', 2, 1, 'b')");
        await _changes.Sink.ByHandAsync("CREATE UNIQUE INDEX one ON flights (id)");
        await _changes.ApplyAsync("('u', 1, 2, 'A'), ('d', 2, 2, NULL)");
        await _changes.ApplyAsync("('c', 2, 3, 'B')");

        Assert.Equal("1,2,A 2,3,B", await _changes.RowsAsync());
    }
}
