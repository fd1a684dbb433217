using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Delta;

// G2: a former owner's commits are refused, wherever it was frozen. A call is frozen here while it asks for its ownership, which is the
// last thing before its put.
public sealed class FenceTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_frozen_owner_commits_nothing_once_its_successor_has_applied_the_batch()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        var batch = _fixture.BatchOf(2, "SELECT 2 AS id");
        var (frozen, thaw) = await FreezeAsync(batch, epoch: 1);

        await _fixture.ApplyAsync(batch, epoch: 2, sink: _fixture.NewSink());
        thaw.SetResult();

        await Assert.ThrowsAsync<SinkNotReadyException>(() => frozen);
        Assert.Equal("1 2", await _fixture.RowsAsync());
    }

    // The successor skips or fails the batch, and never writes it.
    [Theory]
    [InlineData(SyncType.Append)]
    [InlineData(SyncType.Incremental)]
    [InlineData(SyncType.FullRefresh)]
    public async Task A_frozen_owner_commits_nothing_once_its_successor_s_token_stands(SyncType type)
    {
        string[] keys = type == SyncType.Incremental ? ["id"] : [];
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id", type, keys));
        var (frozen, thaw) = await FreezeAsync(_fixture.BatchOf(2, "SELECT 2 AS id", type, keys), epoch: 1);

        await _fixture.FenceAsync(2, epoch: 2, type, _fixture.NewSink());
        thaw.SetResult();

        await Assert.ThrowsAsync<SinkNotReadyException>(() => frozen);
        if (type == SyncType.FullRefresh)
        {
            await _fixture.Sink.EndRunAsync(TestBatch.End(_fixture.Group, _fixture.Run, RunEnd.Sealed, 1, epoch: 2), Ct);
        }

        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_frozen_owner_does_not_make_the_table_of_a_group_whose_first_batch_was_skipped()
    {
        var (frozen, thaw) = await FreezeAsync(_fixture.BatchOf(1, "SELECT 1 AS id"), epoch: 1);

        await _fixture.FenceAsync(1, epoch: 2, sink: _fixture.NewSink());
        thaw.SetResult();

        await Assert.ThrowsAsync<SinkNotReadyException>(() => frozen);
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 'x' AS name"), appliedSeq: 0, epoch: 2, sink: _fixture.NewSink());
        Assert.Equal("x", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_frozen_end_of_a_refresh_puts_nothing_in_place_once_its_successor_s_token_stands()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        _fixture.Run = Guid.NewGuid();
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS id", SyncType.FullRefresh));
        var (asked, thaw) = (new TaskCompletionSource(), new TaskCompletionSource());
        var end = TestBatch.End(_fixture.Group, _fixture.Run, RunEnd.Sealed, 2);
        var frozen = Task.Run(() => _fixture.Sink.EndRunAsync(
            new RunEndContext(_ => Ask(asked, thaw))
            {
                Attempt = 1, FencingToken = 1, AppliedSeq = 2, Silo = "test", Group = end.Group, Seq = 3, RunId = end.RunId,
                OriginRunId = end.OriginRunId, SyncType = SyncType.FullRefresh, End = RunEnd.Sealed,
            },
            Ct));
        await asked.Task;

        await _fixture.FenceAsync(3, epoch: 2, SyncType.FullRefresh, _fixture.NewSink());
        thaw.SetResult();

        await Assert.ThrowsAsync<SinkNotReadyException>(() => frozen);
        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_token_that_stands_is_not_raised_again()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"), epoch: 5);

        await _fixture.FenceAsync(2, epoch: 5);
        await _fixture.FenceAsync(2, epoch: 5, sink: _fixture.NewSink());

        Assert.Equal(0, (await _fixture.SnapshotAsync()).Version);
    }

    [Fact]
    public async Task Nothing_is_committed_for_an_owner_that_has_lost_the_group()
    {
        var batch = _fixture.BatchOf(1, "SELECT 1 AS id");

        await Assert.ThrowsAsync<OwnershipLostException>(() => _fixture.Sink.ApplyAsync(
            TestBatch.Call(batch, ensureOwned: _ => throw new OwnershipLostException("Lost.")), Ct));

        Assert.False(Directory.Exists(Path.Combine(_fixture.TableDirectory, "_delta_log")));
    }

    // An operator restored the table, or the queue.
    [Fact]
    public async Task A_table_that_ends_before_or_behind_the_cursor_is_not_written()
    {
        var batch = _fixture.BatchOf(1, "SELECT 1 AS id");
        var missing = await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.ApplyAsync(batch, appliedSeq: 3));
        Assert.Equal(NotReadyCode.Missing, missing.Code);

        await _fixture.ApplyAsync(batch);
        var behind = await Assert.ThrowsAsync<SinkNotReadyException>(
            () => _fixture.ApplyAsync(_fixture.BatchOf(5, "SELECT 5 AS id"), appliedSeq: 4));
        Assert.Equal(NotReadyCode.Behind, behind.Code);
        Assert.Contains("replay --from 2", behind.Message, StringComparison.Ordinal);

        _fixture.Run = Guid.NewGuid();
        var ahead = await Assert.ThrowsAsync<SinkNotReadyException>(
            () => _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 9 AS id"), appliedSeq: 0));
        Assert.Contains("already holds batches up to seq 1", ahead.Message, StringComparison.Ordinal);
        Assert.Equal("1", await _fixture.RowsAsync());
    }

    private static Task Ask(TaskCompletionSource asked, TaskCompletionSource thaw)
    {
        asked.TrySetResult();
        return thaw.Task;
    }

    private async Task<(Task<BatchResult> Frozen, TaskCompletionSource Thaw)> FreezeAsync(
        OrleansBatch.Grains.Interfaces.Batch batch, long epoch)
    {
        var (asked, thaw) = (new TaskCompletionSource(), new TaskCompletionSource());
        DeltaSink former = _fixture.NewSink();
        var frozen = Task.Run(() => former.ApplyAsync(TestBatch.Call(batch, epoch: epoch, ensureOwned: _ => Ask(asked, thaw)), Ct));
        await Task.WhenAny(asked.Task, frozen);
        return (frozen, thaw);
    }
}
