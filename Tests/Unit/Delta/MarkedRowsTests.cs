using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Tests.Unit.Delta;

// Upserts that mark rows instead of writing their file anew.
public sealed class MarkedRowsTests : IDisposable
{
    private const string Thousand = "SELECT range AS id, 'old' AS v FROM range(1000)";

    private readonly MarkedFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Few_rows_of_a_file_are_marked_and_the_file_stays()
    {
        await _fixture.UpsertAsync(Thousand);
        var before = Assert.Single(await _fixture.FilesAsync());

        var result = await _fixture.UpsertAsync("SELECT * FROM (VALUES (7, 'new'), (999, 'new'), (5000, 'new')) AS t(id, v)");

        Assert.Equal(new BatchResult { RowsApplied = 3, RowsReplaced = 2 }, result);
        var marked = await _fixture.MarkedAsync();
        Assert.Equal(before.Path, marked.Path);
        Assert.Equal([7, 999], await _fixture.PlacesAsync(marked));
        Assert.Equal(1001, await _fixture.Delta.Reader.CountAsync());
        Assert.Equal("5000\tnew\n7\tnew\n999\tnew", await _fixture.Delta.Reader.SelectAsync("id, v", "v = 'new'", "toString(id)"));
        Assert.Equal(1001, (await _fixture.Delta.SnapshotAsync()).Rows);
    }

    [Fact]
    public async Task A_commit_writes_one_file_of_vectors_for_all_its_files()
    {
        for (var i = 0; i < 3; i++)
        {
            await _fixture.AppendAsync($"SELECT range AS id, 'old' AS v FROM range({i * 1000}, {(i + 1) * 1000})");
        }

        await _fixture.UpsertAsync("SELECT unnest([1, 1001, 2001, 2999]) AS id, 'new' AS v");

        Assert.Single(_fixture.VectorPaths());
        var vectors = (await _fixture.FilesAsync()).Select(f => f.DeletionVector).OfType<DeletionVector>().ToList();
        Assert.Equal(3, vectors.Count);
        Assert.Single(vectors.Select(v => v.PathOrInlineDv).Distinct());
        Assert.Contains(1, vectors.Select(v => v.Offset));
        Assert.Equal(3000, await _fixture.Delta.Reader.CountAsync());
        Assert.Equal(4, await _fixture.Delta.Reader.CountAsync("v = 'new'"));
        Assert.Equal("4498500", await _fixture.Delta.Reader.SumAsync("id"));
    }

    [Fact]
    public async Task Without_the_option_no_row_is_marked()
    {
        _fixture.Delta.Options.DeletionVectors = false;
        await _fixture.UpsertAsync(Thousand);

        await _fixture.UpsertAsync("SELECT 7 AS id, 'new' AS v");

        Assert.Empty(_fixture.VectorPaths());
        Assert.Equal(DeltaProtocol.Plain, (await _fixture.Delta.SnapshotAsync()).Protocol);
    }
}
