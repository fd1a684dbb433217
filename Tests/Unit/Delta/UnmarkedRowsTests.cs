using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Unit.DeltaLog;

namespace OrleansBatch.Tests.Unit.Delta;

// No way to write a row anew brings a marked one back.
public sealed class UnmarkedRowsTests : IDisposable
{
    private readonly MarkedFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("append")]
    [InlineData("upsert")]
    [InlineData("widen")]
    [InlineData("upsert with a wider key")]
    [InlineData("widen after a look at the values")]
    public async Task No_marked_row_comes_back(string by)
    {
        await _fixture.UpsertAsync("SELECT range::INTEGER AS id, 'old' AS v, 1::INTEGER AS n FROM range(1000)");
        await _fixture.UpsertAsync("SELECT range::INTEGER AS id, 'new' AS v, 2::INTEGER AS n FROM range(40)");
        await OtherPrograms.SayAsync(_fixture.Delta, "false");

        await (by switch
        {
            "append" => _fixture.AppendAsync("SELECT 5000 AS id, 'x' AS v, 1 AS n"),
            "upsert" => _fixture.UpsertAsync("SELECT 500 AS id, 'x' AS v, 1 AS n"),
            "widen" => _fixture.AppendAsync("SELECT 5000 AS id, 'x' AS v, 5000000000 AS n"),
            "upsert with a wider key" => _fixture.UpsertAsync("SELECT 5000000000 AS id, 'x' AS v, 1 AS n"),
            _ => _fixture.AppendAsync("SELECT 5000 AS id, 'x' AS v, 1.5::DOUBLE AS n"),
        });

        var rows = by == "upsert" ? 1000 : 1001;
        Assert.Equal($"{rows}\t{rows}", await _fixture.Delta.Reader.SelectAsync("count(), uniqExact(id)"));
        Assert.Equal(40, await _fixture.Delta.Reader.CountAsync("v = 'new'"));
        Assert.Equal(rows, (await _fixture.Delta.SnapshotAsync()).Rows);
    }

    [Fact]
    public async Task A_full_refresh_removes_files_with_their_vectors()
    {
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        await _fixture.UpsertAsync("SELECT 1 AS id");
        _fixture.Delta.Run = Guid.NewGuid();

        await _fixture.Delta.ApplyAsync(_fixture.BatchOf("SELECT 77 AS id", SyncType.FullRefresh));
        await _fixture.Delta.EndAsync(RunEnd.Sealed, appliedSeq: 3);

        Assert.Equal("77", await _fixture.Delta.RowsAsync());
        Assert.Single(await _fixture.FilesAsync());
        Assert.Single(await _fixture.CommitAsync("remove"), r => r["deletionVector"] is not null);
    }

    [Fact]
    public async Task A_checkpoint_alone_knows_the_marked_rows()
    {
        _fixture.Delta.Options.CheckpointInterval = 3;
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        await _fixture.UpsertAsync("SELECT 1 AS id");
        await _fixture.UpsertAsync("SELECT 2 AS id");
        await _fixture.UpsertAsync("SELECT 3 AS id");
        var log = new DirectoryInfo(Path.Combine(_fixture.Delta.TableDirectory, "_delta_log"));
        var checkpoint = Assert.Single(log.GetFiles("*.checkpoint.parquet")).Name[..20];
        var before = await _fixture.Delta.SnapshotAsync();
        var older = log.GetFiles("*.json").Where(f => f.Name.Length == 25 && string.CompareOrdinal(f.Name, checkpoint) < 0);
        older.ToList().ForEach(f => f.Delete());

        var after = await _fixture.Delta.SnapshotAsync();

        Assert.Equal(SnapshotText.Of(before), SnapshotText.Of(after));
        Assert.Equal("1000\t1000", await _fixture.Delta.Reader.SelectAsync("count(), uniqExact(id)"));
        Assert.Equal(2, after.Tombstones.Values.Count(t => t.DeletionVector is not null));
    }
}
