namespace OrleansBatch.Tests.Unit.DuckDb.Changes;

public sealed class SoftDeleteTests : IDisposable
{
    private readonly ChangeFixture _changes = new();

    public SoftDeleteTests() => _changes.Rules = _changes.Rules with { Deletes = DeleteRule.Soft };

    public void Dispose() => _changes.Dispose();

    [Fact]
    public async Task A_deleted_row_stays_with_its_last_values_and_is_marked()
    {
        await _changes.ApplyAsync("('c', 1, 1, 'one'), ('c', 2, 1, 'two')");
        var result = await _changes.ApplyAsync("('d', 1, 5, NULL)");

        Assert.Equal(1, result.RowsReplaced);
        Assert.Equal("1,5,one,True 2,1,two,False", await _changes.RowsAsync());
    }

    [Fact]
    public async Task A_row_that_came_in_the_same_file_keeps_its_values_too()
    {
        await _changes.ApplyAsync("('c', 1, 1, 'one'), ('u', 1, 3, 'two'), ('u', 1, 2, 'old'), ('d', 1, 5, NULL)");

        Assert.Equal("1,5,two,True", await _changes.RowsAsync());
    }

    [Fact]
    public async Task A_later_row_takes_the_mark_away_and_an_older_one_does_not()
    {
        await _changes.ApplyAsync("('c', 1, 1, 'one'), ('d', 1, 5, NULL)");
        await _changes.ApplyAsync("('u', 1, 4, 'old')");

        Assert.Equal("1,5,one,True", await _changes.RowsAsync());

        await _changes.ApplyAsync("('c', 1, 6, 'again')");

        Assert.Equal("1,6,again,False", await _changes.RowsAsync());
    }

    [Fact]
    public async Task A_delete_of_a_row_that_never_was_leaves_its_sequence_alone()
    {
        await _changes.ApplyAsync("('d', 1, 5, NULL)");
        await _changes.ApplyAsync("('c', 1, 4, 'old')");

        Assert.Equal("", await _changes.RowsAsync());
        Assert.Equal("1,5", await _changes.RowsAsync("SELECT id, lsn FROM orleans_batch.tombstone"));
    }

    [Fact]
    public async Task A_run_with_soft_deletes_may_follow_one_with_hard_ones()
    {
        _changes.Rules = _changes.Rules with { Deletes = DeleteRule.Hard };
        await _changes.ApplyAsync("('c', 1, 1, 'one'), ('c', 2, 1, 'two')");
        _changes.Rules = _changes.Rules with { Deletes = DeleteRule.Soft };
        await _changes.ApplyAsync("('d', 1, 2, NULL)");
        _changes.Rules = _changes.Rules with { Deletes = DeleteRule.Hard };
        await _changes.ApplyAsync("('d', 2, 2, NULL), ('c', 3, 1, 'three')");

        Assert.Equal("1,2,one,True 3,1,three,NULL", await _changes.RowsAsync());
    }
}
