using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Unit.DuckDb;

public sealed class FullRefreshTests : IDisposable
{
    private const string Stages = "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'stage%'";

    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Readers_see_the_old_rows_until_the_run_is_sealed()
    {
        await StageAsync("SELECT 'new' AS id", "SELECT 'newer' AS id");
        var before = await _fixture.RowsAsync();

        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 3);

        Assert.Equal("1", before);
        Assert.Equal("new newer", await _fixture.RowsAsync());
        Assert.Equal("0", await _fixture.RowsAsync(Stages));
    }

    [Fact]
    public async Task A_run_sealed_twice_is_swapped_in_once()
    {
        await StageAsync("SELECT 2 AS id");
        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 2);
        var refreshed = _fixture.Run;
        _fixture.Run = Guid.NewGuid();
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 3 AS id"), appliedSeq: 2);
        _fixture.Run = refreshed;

        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 3);

        Assert.Equal("2 3", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_retry_of_a_swapped_run_leaves_its_rows_when_it_ends_otherwise()
    {
        var batch = await StageAsync("SELECT 2 AS id");
        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 2);
        await _fixture.ApplyAsync(batch with { Seq = 3 }, appliedSeq: 2);

        await _fixture.EndAsync(RunEnd.Cancelled, appliedSeq: 3);

        Assert.Equal("2", await _fixture.RowsAsync());
        Assert.Equal("2", await _fixture.RowsAsync("SELECT count(*) FROM orleans_batch.applied"));
    }

    [Fact]
    public async Task A_sealed_run_without_batches_empties_the_table()
    {
        await StageAsync();

        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 1);

        Assert.Equal("0", await _fixture.RowsAsync("SELECT count(*) FROM flights"));
    }

    [Fact]
    public async Task A_run_of_empty_files_empties_the_table()
    {
        await StageAsync("SELECT 1 AS id LIMIT 0");

        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 2);

        Assert.Equal("0", await _fixture.RowsAsync("SELECT count(*) FROM flights"));
    }

    [Theory]
    [InlineData(RunEnd.Failed)]
    [InlineData(RunEnd.Cancelled)]
    [InlineData(RunEnd.Superseded)]
    [InlineData(RunEnd.Stranded)]
    public async Task A_run_that_ends_otherwise_is_dropped_and_a_retry_stages_it_again(RunEnd end)
    {
        var batch = await StageAsync("SELECT 2 AS id");

        await _fixture.EndAsync(end, appliedSeq: 2);
        await _fixture.EndAsync(end, appliedSeq: 2);

        Assert.Equal("1", await _fixture.RowsAsync());
        Assert.Equal("0", await _fixture.RowsAsync(Stages));
        await _fixture.ApplyAsync(batch with { Seq = 3, RunId = Guid.NewGuid() }, appliedSeq: 2);
        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 3);
        Assert.Equal("2", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Two_refreshes_under_way_do_not_mix()
    {
        await StageAsync("SELECT 2 AS id");
        var first = _fixture.Run;
        _fixture.Run = Guid.NewGuid();
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 3 AS id", SyncType.FullRefresh));
        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 3);
        var then = await _fixture.RowsAsync();

        _fixture.Run = first;
        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 3);

        Assert.Equal("3", then);
        Assert.Equal("2", await _fixture.RowsAsync());
    }

    [Theory]
    [InlineData(RunEnd.Sealed)]
    [InlineData(RunEnd.Failed)]
    public async Task The_end_of_a_run_that_wrote_nothing_makes_no_file(RunEnd end)
    {
        await _fixture.EndAsync(end, appliedSeq: 0);

        Assert.False(File.Exists(_fixture.LakeFile));
    }

    [Fact]
    public async Task The_end_of_a_run_is_fenced_like_a_batch()
    {
        await StageAsync("SELECT 2 AS id");
        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 2, epoch: 4);

        await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 2, epoch: 3));
        await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 0, epoch: 4));
        await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 3, epoch: 4));

        Assert.Equal("4,2", await _fixture.RowsAsync("FROM orleans_batch.progress"));
    }

    [Fact]
    public async Task The_end_of_a_run_whose_file_is_missing_means_not_now()
    {
        await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 2));

        Assert.False(File.Exists(_fixture.LakeFile));
    }

    // One row with id 1 comes from an earlier run as seq 1, then the refresh's batches from seq 2. Returns the last batch.
    private async Task<Batch> StageAsync(params string[] selects)
    {
        _fixture.Run = Guid.NewGuid();
        var batch = _fixture.BatchOf(1, "SELECT 1 AS id");
        await _fixture.ApplyAsync(batch);
        _fixture.Run = Guid.NewGuid();
        for (var i = 0; i < selects.Length; i++)
        {
            batch = _fixture.BatchOf(i + 2, selects[i], SyncType.FullRefresh);
            await _fixture.ApplyAsync(batch);
        }

        return batch;
    }
}
