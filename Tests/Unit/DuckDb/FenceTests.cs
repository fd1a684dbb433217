using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DuckDb;

public sealed class FenceTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task An_older_epoch_is_refused()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"), epoch: 5);

        var error = await NotReadyAsync(_fixture.BatchOf(2, "SELECT 2 AS id"), appliedSeq: 1, epoch: 4);

        Assert.Contains("7/flights", error.Message, StringComparison.Ordinal);
        Assert.Contains("epoch 5", error.Message, StringComparison.Ordinal);
        Assert.Equal(_fixture.Options.NotReadyRetry, error.RetryAfter);
        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_repeat_raises_the_epoch()
    {
        var batch = _fixture.BatchOf(1, "SELECT 1 AS id");
        await _fixture.ApplyAsync(batch, epoch: 5);

        await _fixture.ApplyAsync(batch, appliedSeq: 1, epoch: 9);

        Assert.Equal("9,1", await _fixture.RowsAsync("FROM orleans_batch.progress"));
    }

    [Fact]
    public async Task A_batch_that_was_committed_here_and_then_failed_in_the_queue_stops_nothing()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS id"));

        // The cursor passed entry 2 as failed, so the last applied batch is still 1.
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 3 AS id"), appliedSeq: 1);

        Assert.Equal("1 2 3", await _fixture.RowsAsync());
    }

    // An owner may be lost between its commit to the file and that of the cursor. Its successor asks before it passes the batch unapplied.
    [Fact]
    public async Task A_batch_that_a_lost_owner_committed_is_found_with_its_result()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT range AS id FROM range(3)"));

        var found = await _fixture.FenceAsync(1, epoch: 2, index: 1);

        Assert.Equal((3L, true), (found.Applied!.RowsApplied!.Value, found.HasEnded));
        Assert.Equal("2,1", await _fixture.RowsAsync("FROM orleans_batch.progress"));
        Assert.Equal(FenceResult.Nothing, await _fixture.FenceAsync(2, epoch: 2, index: 2));
    }

    [Fact]
    public async Task A_batch_that_the_file_has_from_an_earlier_place_of_the_queue_was_not_left_behind()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));

        Assert.Equal(FenceResult.Nothing, await _fixture.FenceAsync(2, epoch: 2, index: 1));
    }

    [Fact]
    public async Task A_refresh_that_a_lost_owner_put_in_place_has_ended()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id", SyncType.FullRefresh));
        var staged = await _fixture.FenceAsync(1, epoch: 2, index: 1, SyncType.FullRefresh);
        await _fixture.EndAsync(RunEnd.Sealed, 1, epoch: 2);

        Assert.True(staged is { Applied: not null, HasEnded: false });
        Assert.True((await _fixture.FenceAsync(2, epoch: 2, index: null, SyncType.FullRefresh)).HasEnded);
    }

    [Fact]
    public async Task A_group_without_a_file_gets_none_because_its_first_batch_is_skipped()
    {
        Assert.Equal(FenceResult.Nothing, await _fixture.FenceAsync(1, epoch: 2, index: 1));

        Assert.False(File.Exists(_fixture.LakeFile));
    }

    [Fact]
    public async Task A_missing_file_is_not_begun_anew()
    {
        var error = await NotReadyAsync(_fixture.BatchOf(6, "SELECT 6 AS id"), appliedSeq: 5);

        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing is lost", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_fixture.LakeFile));
    }

    [Fact]
    public async Task A_file_restored_from_an_older_backup_is_not_continued()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));

        var error = await NotReadyAsync(_fixture.BatchOf(3, "SELECT 3 AS id"), appliedSeq: 2);

        Assert.Contains("ends at seq 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("up to seq 2", error.Message, StringComparison.Ordinal);
        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_file_that_is_ahead_of_the_queue_is_not_continued()
    {
        await _fixture.ApplyAllAsync(SyncType.Append, [], "SELECT 1 AS id", "SELECT 2 AS id", "SELECT 3 AS id");

        var error = await NotReadyAsync(_fixture.BatchOf(2, "SELECT 9 AS id") with { OriginRunId = Guid.NewGuid() }, appliedSeq: 1);

        Assert.Contains("already holds batches up to seq 3", error.Message, StringComparison.Ordinal);
        Assert.Equal("1 2 3", await _fixture.RowsAsync());
    }

    // The cursor passes a window only after the file's commit. A crash in between brings the window again.
    [Fact]
    public async Task A_file_that_is_a_window_ahead_repeats_what_it_has_and_goes_on()
    {
        await _fixture.ApplyAllAsync(SyncType.Append, [], "SELECT 1 AS id", "SELECT 2 AS id", "SELECT 3 AS id");

        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS id"), appliedSeq: 1);
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 3 AS id"), appliedSeq: 2);
        await _fixture.ApplyAsync(_fixture.BatchOf(4, "SELECT 4 AS id"), appliedSeq: 3);

        Assert.Equal("1 2 3 4", await _fixture.RowsAsync());
        Assert.Equal("1,4", await _fixture.RowsAsync("FROM orleans_batch.progress"));
    }

    [Fact]
    public async Task A_file_is_ahead_while_the_group_is_replayed_and_stays_so()
    {
        await _fixture.ApplyAllAsync(SyncType.Append, [], "SELECT 1 AS id", "SELECT 2 AS id", "SELECT 3 AS id");
        var again = _fixture.BatchOf(2, "SELECT 20 AS id") with { OriginRunId = Guid.NewGuid() };

        await ReplayAsync(again, replayedTo: 3);
        await ReplayAsync(again, replayedTo: 3);
        await ReplayAsync(_fixture.BatchOf(3, "SELECT 30 AS id") with { OriginRunId = Guid.NewGuid() }, replayedTo: 3);
        await _fixture.ApplyAsync(_fixture.BatchOf(4, "SELECT 4 AS id"));

        Assert.Equal("1 2 3 4 20 30", await _fixture.RowsAsync());
        Assert.Equal("1,4", await _fixture.RowsAsync("FROM orleans_batch.progress"));
    }

    [Fact]
    public async Task A_file_that_is_ahead_of_the_replay_too_is_not_continued()
    {
        await _fixture.ApplyAllAsync(SyncType.Append, [], "SELECT 1 AS id", "SELECT 2 AS id", "SELECT 3 AS id");

        await Assert.ThrowsAsync<SinkNotReadyException>(() => ReplayAsync(
            _fixture.BatchOf(1, "SELECT 9 AS id") with { OriginRunId = Guid.NewGuid() }, replayedTo: 2, appliedSeq: 2));

        Assert.Equal("1 2 3", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Another_batch_under_the_seq_of_the_last_one_is_not_applied()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));

        await NotReadyAsync(_fixture.BatchOf(1, "SELECT 9 AS id") with { OriginRunId = Guid.NewGuid() }, appliedSeq: 0);

        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Skipped_entries_between_two_batches_are_no_gap()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));

        await _fixture.ApplyAsync(_fixture.BatchOf(8, "SELECT 8 AS id"), appliedSeq: 1);

        Assert.Equal("1 8", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_file_of_another_group_is_refused()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        await _fixture.Sink.ReleaseAsync(_fixture.Group, TestContext.Current.CancellationToken);
        var copied = _fixture.LakeFile;
        _fixture.Group = new GroupKey(7, "trains");
        File.Copy(copied, _fixture.LakeFile);

        var error = await NotReadyAsync(_fixture.BatchOf(2, "SELECT 2 AS id"), appliedSeq: 1);

        Assert.Contains("7/flights", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_locked_by_another_process_means_not_now()
    {
        var batch = TestBatch.Of(_fixture.Group, _fixture.Parquet.Write("one.parquet", "SELECT 1 AS id"), seq: 1);
        using (await TestProcess.HoldAsync(_fixture.Options.LakeDirectory, batch))
        {
            var error = await NotReadyAsync(_fixture.BatchOf(2, "SELECT 2 AS id"), appliedSeq: 1);

            Assert.Contains(_fixture.LakeFile, error.Message, StringComparison.Ordinal);
            Assert.Contains("locked", error.Message, StringComparison.Ordinal);
        }

        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS id"), appliedSeq: 1);
        Assert.Equal("1 2", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_file_open_in_this_process_means_not_now_until_it_is_released()
    {
        using var other = _fixture.NewSink();
        await other.ApplyAsync(TestBatch.Call(_fixture.BatchOf(1, "SELECT 1 AS id")), TestContext.Current.CancellationToken);

        var error = await NotReadyAsync(_fixture.BatchOf(2, "SELECT 2 AS id"), appliedSeq: 1);
        await other.ReleaseAsync(_fixture.Group, TestContext.Current.CancellationToken);
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS id"), appliedSeq: 1);

        Assert.Contains("locked", error.Message, StringComparison.Ordinal);
        Assert.Equal("1 2", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_damaged_database_file_means_not_now()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_fixture.LakeFile)!);
        await File.WriteAllTextAsync(_fixture.LakeFile, "not a database", TestContext.Current.CancellationToken);

        var error = await NotReadyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"), appliedSeq: 0);

        Assert.Contains(_fixture.LakeFile, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_that_opened_nothing_can_be_released()
    {
        await _fixture.Sink.ReleaseAsync(_fixture.Group, TestContext.Current.CancellationToken);

        Assert.Empty(new Lake(_fixture.Options.LakeDirectory).ListFiles());
    }

    private async Task<SinkNotReadyException> NotReadyAsync(Batch batch, long appliedSeq, long epoch = 1) =>
        await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.ApplyAsync(batch, appliedSeq, epoch));

    private Task<BatchResult> ReplayAsync(Batch batch, long replayedTo, long appliedSeq = 3) => _fixture.Sink.ApplyAsync(
        new BatchContext(_ => Task.CompletedTask)
        {
            Attempt = 1, FencingToken = 1, AppliedSeq = appliedSeq, ReplayedTo = replayedTo, Silo = "test", Batch = batch,
        },
        TestContext.Current.CancellationToken);
}
