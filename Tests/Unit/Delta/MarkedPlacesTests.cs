namespace OrleansBatch.Tests.Unit.Delta;

// Which rows are marked: their places in the file, and their keys.
public sealed class MarkedPlacesTests : IDisposable
{
    private readonly MarkedFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Rows_with_a_null_in_their_key_are_never_marked_and_hide_no_others()
    {
        await _fixture.Delta.ApplyAsync(_fixture.BatchOf(
            "SELECT CASE WHEN range % 100 = 0 THEN NULL ELSE range END AS id, 'old' AS v FROM range(1000)", SyncType.Append));

        await _fixture.Delta.ApplyAsync(
            _fixture.BatchOf("SELECT unnest([NULL, 999, NULL, 1]) AS id, 'new' AS v") with { NullKeys = NullKeyRule.Keep });

        Assert.Equal([1, 999], await _fixture.PlacesAsync(await _fixture.MarkedAsync()));
        Assert.Equal(12, await _fixture.Delta.Reader.CountAsync("id IS NULL"));
        Assert.Equal(1002, await _fixture.Delta.Reader.CountAsync());
    }

    [Fact]
    public async Task Places_are_right_in_files_of_many_row_groups_that_are_read_in_part()
    {
        await _fixture.UpsertAsync("SELECT range * 2 AS id, 'old' AS v FROM range(400000)");

        await _fixture.UpsertAsync("SELECT unnest([2, 300000, 799998]) AS id, 'new' AS v");
        await _fixture.UpsertAsync("SELECT unnest([300002, 2]) AS id, 'last' AS v");

        Assert.Equal([1, 150000, 150001, 399999], await _fixture.PlacesAsync((await _fixture.FilesAsync())[0]));
        Assert.Equal("399996", await _fixture.Delta.Reader.SelectAsync("count()", "v = 'old'"));
        var replaced = await _fixture.Delta.Reader.SelectAsync("id, v", "v <> 'old'", "id");
        Assert.Equal("2\tlast\n300000\tnew\n300002\tlast\n799998\tnew", replaced);
    }
}
