using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta;

namespace OrleansBatch.Tests.Unit.Delta;

// Small files become large ones, and an earlier version comes back. No row changes unless it is asked for.
public sealed class UpkeepTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Small_files_are_merged_once_they_are_many_and_no_row_changes()
    {
        _fixture.Options.OptimizeFrom = 4;
        var sink = _fixture.NewSink();
        await ApplyAsync(1, 3, sink);
        Assert.Null(sink.UpkeepDueAt(_fixture.Group));
        Assert.True((await KeepUpAsync(UpkeepTask.Due, sink: sink)).IsDone);
        Assert.Equal(3, (await _fixture.SnapshotAsync()).Files.Count);
        await ApplyAsync(4, 5, sink);
        Assert.NotNull(sink.UpkeepDueAt(_fixture.Group));

        var done = await KeepUpToTheEndAsync(UpkeepTask.Due, sink);

        Assert.StartsWith("5 files of ", Assert.Single(done), StringComparison.Ordinal);
        var merged = await _fixture.SnapshotAsync();
        Assert.Equal((1, 5L), (merged.Files.Count, merged.Rows));
        Assert.Equal("1 2 3 4 5", await _fixture.RowsAsync());
        var commit = await File.ReadAllTextAsync(CommitOf(5), Ct);
        Assert.Contains("\"operation\":\"OPTIMIZE\"", commit, StringComparison.Ordinal);
        Assert.DoesNotContain("\"dataChange\":true", commit, StringComparison.Ordinal);
        await ApplyAsync(6, 6, sink);
        Assert.Equal("1 2 3 4 5 6", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task An_operator_has_few_small_files_merged_as_well()
    {
        await ApplyAsync(1, 2);

        var done = await KeepUpToTheEndAsync(UpkeepTask.Optimize);

        Assert.Single(done);
        Assert.Single((await _fixture.SnapshotAsync()).Files);
        Assert.Equal("1 2", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_former_owner_merges_nothing()
    {
        await ApplyAsync(1, 2);
        await _fixture.FenceAsync(3, epoch: 2, sink: _fixture.NewSink());

        await Assert.ThrowsAsync<SinkNotReadyException>(() => KeepUpAsync(UpkeepTask.Optimize, epoch: 1, sink: _fixture.NewSink()));

        Assert.Equal(2, (await _fixture.SnapshotAsync()).Files.Count);
    }

    [Fact]
    public async Task An_earlier_version_comes_back_with_its_columns_and_the_queue_goes_on_behind_its_last_batch()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id, 'a' AS name", SyncType.Incremental, "id"));
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 1 AS id, 'b' AS name, 5 AS more", SyncType.Incremental, "id"));

        var done = await KeepUpAsync(UpkeepTask.Restore, version: 0);

        Assert.Equal(new UpkeepResult(true, "Version 2 has the rows of version 0."), done);
        Assert.Equal("1,a", await _fixture.RowsAsync());
        var again = await _fixture.ApplyAsync(
            _fixture.BatchOf(2, "SELECT 9 AS id, 'x' AS name", SyncType.Incremental, "id"), appliedSeq: 1);
        Assert.Equal(1, again.RowsApplied);
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 2 AS id, 'c' AS name", SyncType.Incremental, "id"));
        Assert.Equal("1,a 2,c", await _fixture.RowsAsync());
        Assert.Equal("The table has the rows of this version already.", (await KeepUpAsync(UpkeepTask.Restore, version: 3)).Done);
    }

    [Fact]
    public async Task A_version_that_is_not_there_any_more_is_refused_and_nothing_is_changed()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id", SyncType.Incremental, "id"));
        var first = (await _fixture.SnapshotAsync()).Files.Keys.Single();
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 1 AS id", SyncType.Incremental, "id"));
        File.Delete(Path.Combine(_fixture.TableDirectory, first));

        var gone = await Assert.ThrowsAsync<UpkeepRefusedException>(() => KeepUpAsync(UpkeepTask.Restore, version: 0));
        var future = await Assert.ThrowsAsync<UpkeepRefusedException>(() => KeepUpAsync(UpkeepTask.Restore, version: 7));

        Assert.Contains("1 of its files were deleted", gone.Message, StringComparison.Ordinal);
        Assert.Contains("its newest is 1", future.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await _fixture.SnapshotAsync()).Version);
    }

    private async Task ApplyAsync(int from, int to, DeltaSink? sink = null)
    {
        for (var i = from; i <= to; i++)
        {
            await _fixture.ApplyAsync(_fixture.BatchOf(i, $"SELECT {i} AS id"), sink: sink);
        }
    }

    private string CommitOf(int version) => Path.Combine(_fixture.TableDirectory, "_delta_log", $"{version:D20}.json");

    private Task<UpkeepResult> KeepUpAsync(UpkeepTask task, long? version = null, long epoch = 1, DeltaSink? sink = null) =>
        _fixture.KeepUpAsync(task, version, epoch, sink);

    private async Task<List<string>> KeepUpToTheEndAsync(UpkeepTask task, DeltaSink? sink = null)
    {
        var done = new List<string>();
        while (await KeepUpAsync(task, sink: sink) is { IsDone: false } slice)
        {
            done.Add(slice.Done!);
        }

        return done;
    }
}
