namespace OrleansBatch.Tests.Unit.Delta;

// How much of a file is marked, and when it goes.
public sealed class MarkedShareTests : IDisposable
{
    private const string Thousand = "SELECT range AS id, 'old' AS v FROM range(1000)";

    private readonly MarkedFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(30, 20, true)]
    [InlineData(30, 21, false)]
    [InlineData(0, 50, true)]
    [InlineData(0, 51, false)]
    public async Task Up_to_a_twentieth_of_a_file_is_marked_and_more_writes_it_anew(int before, int then, bool stays)
    {
        await _fixture.UpsertAsync(Thousand);
        await _fixture.UpsertAsync($"SELECT range AS id, 'new' AS v FROM range({before})");
        var file = (await _fixture.FilesAsync())[0];

        await _fixture.UpsertAsync($"SELECT range + 500 AS id, 'new' AS v FROM range({then})");

        Assert.Equal(stays, (await _fixture.Delta.SnapshotAsync()).Files.ContainsKey(file.Path));
        Assert.Equal(stays, (await _fixture.FilesAsync()).Exists(f => f.DeletionVector is not null));
        Assert.Equal(1000, await _fixture.Delta.Reader.CountAsync());
        Assert.Equal(before + then, await _fixture.Delta.Reader.CountAsync("v = 'new'"));
        Assert.Equal("499500", await _fixture.Delta.Reader.SumAsync("id"));
    }

    [Fact]
    public async Task A_file_whose_every_row_is_replaced_is_removed_with_its_vector()
    {
        await _fixture.UpsertAsync(Thousand);
        await _fixture.UpsertAsync("SELECT 3 AS id, 'new' AS v");
        var marked = await _fixture.MarkedAsync();

        await _fixture.UpsertAsync("SELECT range AS id, 'last' AS v FROM range(1000)");

        var remove = Assert.Single(await _fixture.CommitAsync("remove"), r => (string?)r["path"] == marked.Path);
        Assert.Equal(marked.DeletionVector!.PathOrInlineDv, (string?)remove["deletionVector"]!["pathOrInlineDv"]);
        Assert.Null(Assert.Single(await _fixture.CommitAsync("add"))["deletionVector"]);
        Assert.Equal(1000, await _fixture.Delta.Reader.CountAsync("v = 'last'"));
        Assert.Equal(1000, await _fixture.Delta.Reader.CountAsync());
    }

    [Fact]
    public async Task A_batch_that_comes_again_commits_nothing()
    {
        await _fixture.UpsertAsync(Thousand);
        var batch = _fixture.BatchOf("SELECT 7 AS id, 'new' AS v");
        var first = await _fixture.Delta.ApplyAsync(batch);
        var version = (await _fixture.Delta.SnapshotAsync()).Version;

        var again = await _fixture.Delta.ApplyAsync(batch, appliedSeq: 1, sink: _fixture.Delta.NewSink());

        Assert.Equal(first, again);
        Assert.Equal(version, (await _fixture.Delta.SnapshotAsync()).Version);
        Assert.Single(_fixture.VectorPaths());
    }
}
