using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Unit.Delta;

// Upkeep of tables with marked rows: no marked row comes back unless its version does, and no vector that is needed goes.
public sealed class MarkedUpkeepTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    public MarkedUpkeepTests() => _fixture.Options.DeletionVectors = true;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Files_are_merged_without_their_marked_rows()
    {
        await MarkAsync();

        Assert.False((await _fixture.KeepUpAsync(UpkeepTask.Optimize)).IsDone);
        Assert.True((await _fixture.KeepUpAsync(UpkeepTask.Optimize)).IsDone);

        var file = Assert.Single((await _fixture.SnapshotAsync()).Files.Values);
        Assert.Null(file.DeletionVector);
        Assert.Equal("100,97", await RowsAsync());
    }

    [Fact]
    public async Task A_version_before_rows_were_marked_comes_back_with_them_and_the_one_behind_it_without()
    {
        await MarkAsync();

        await _fixture.KeepUpAsync(UpkeepTask.Restore, version: 0);
        Assert.Equal("100,100", await RowsAsync());
        await _fixture.KeepUpAsync(UpkeepTask.Restore, version: 1);

        Assert.Equal("100,97", await RowsAsync());
    }

    [Fact]
    public async Task Vacuum_spares_the_vectors_of_the_table_and_takes_those_that_nothing_names()
    {
        await MarkAsync();
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 3 AS id, 3 AS old", SyncType.Incremental, "id"));
        var vectors = Directory.GetFiles(_fixture.TableDirectory, "*.bin");
        Assert.Equal(2, vectors.Length);
        foreach (var file in Directory.GetFiles(_fixture.TableDirectory))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow - TimeSpan.FromDays(30));
        }

        var young = await _fixture.KeepUpAsync(UpkeepTask.Vacuum);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow + TimeSpan.FromDays(8));
        var old = await _fixture.KeepUpAsync(UpkeepTask.Vacuum, sink: _fixture.NewSink(time));

        Assert.Equal(("0 files were deleted.", "1 files were deleted."), (young.Done, old.Done));
        Assert.Single(Directory.GetFiles(_fixture.TableDirectory, "*.bin"));
        Assert.Equal("100,99", await RowsAsync());
    }

    // 100 rows, of which three are replaced.
    private async Task MarkAsync()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT range AS id, 1 AS old FROM range(100)", SyncType.Incremental, "id"));
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT range AS id, 0 AS old FROM range(3)", SyncType.Incremental, "id"));
        Assert.Contains((await _fixture.SnapshotAsync()).Files.Values, f => f.DeletionVector?.Cardinality == 3);
    }

    private Task<string> RowsAsync() => _fixture.RowsAsync("count(id), sum(old)");
}
