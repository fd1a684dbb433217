using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Unit.Delta;

// An owner may be lost between its commit to the table and that of the cursor. Its successor asks before it passes the batch unapplied.
public sealed class LeftBehindTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_batch_that_a_lost_owner_committed_is_found_with_its_result()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT range AS id FROM range(3)"));

        var found = await _fixture.FenceAsync(1, epoch: 2, sink: _fixture.NewSink(), index: 1);

        Assert.Equal(new BatchResult { RowsApplied = 3, RowsReplaced = 0 }, found.Applied);
        Assert.True(found.HasEnded);
        Assert.Equal(FenceResult.Nothing, await _fixture.FenceAsync(2, epoch: 2, index: 2));
        Assert.Equal(FenceResult.Nothing, await _fixture.FenceAsync(2, epoch: 2, index: null));
    }

    // A retry brings it again at a later place: that it is there is nothing that a former owner left.
    [Fact]
    public async Task A_batch_that_the_table_has_from_an_earlier_place_of_the_queue_was_not_left_behind()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));

        Assert.Equal(FenceResult.Nothing, await _fixture.FenceAsync(2, epoch: 2, index: 1));
    }

    [Fact]
    public async Task A_staged_batch_is_found_in_the_stage_and_once_the_refresh_is_in_place_its_run_has_ended()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT range AS id FROM range(3)", SyncType.FullRefresh));

        var staged = await _fixture.FenceAsync(1, epoch: 2, SyncType.FullRefresh, index: 1);
        var marker = await _fixture.FenceAsync(2, epoch: 2, SyncType.FullRefresh, index: null);
        await _fixture.EndAsync(RunEnd.Sealed, 1, epoch: 2);
        var ended = await _fixture.FenceAsync(2, epoch: 2, SyncType.FullRefresh, index: null);
        var batch = await _fixture.FenceAsync(1, epoch: 2, SyncType.FullRefresh, index: 1);

        Assert.Equal((3L, false), (staged.Applied!.RowsApplied!.Value, staged.HasEnded));
        Assert.False(marker.HasEnded);
        Assert.True(ended.HasEnded);
        Assert.True(batch is { Applied: not null, HasEnded: true });
    }

    // A hook kept it from being applied, and the run failed afterwards. The retry brings it behind the batches that came after it.
    [Fact]
    public async Task A_batch_that_was_left_out_is_applied_when_a_retry_brings_it_and_what_came_after_it_is_not_applied_again()
    {
        var batches = Enumerable.Range(1, 4).Select(i => _fixture.BatchOf(i, $"SELECT {i} AS id")).ToArray();
        await _fixture.ApplyAsync(batches[0]);
        await _fixture.ApplyAsync(batches[3], appliedSeq: 1);

        await _fixture.ApplyAsync(batches[1] with { Seq = 5 }, appliedSeq: 4);
        await _fixture.ApplyAsync(batches[2] with { Seq = 6 }, appliedSeq: 5);
        await _fixture.ApplyAsync(batches[3] with { Seq = 7 }, appliedSeq: 6);
        await _fixture.ApplyAsync(batches[1] with { Seq = 8 }, appliedSeq: 7);

        Assert.Equal("1 2 3 4", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Batches_of_one_window_with_origins_of_several_runs_are_each_applied_once()
    {
        var other = Guid.NewGuid();
        var batches = Enumerable.Range(1, 4).Select(i => _fixture.BatchOf(i, $"SELECT {i} AS id")).ToArray();
        batches[2] = batches[2] with { OriginRunId = other, OriginIndex = 0 };
        batches[3] = batches[3] with { OriginRunId = other, OriginIndex = 1 };

        var first = await _fixture.ApplyWindowAsync(batches);
        var second = await _fixture.ApplyWindowAsync(batches[2..]);
        var again = await _fixture.ApplyAsync(batches[3] with { Seq = 5 }, appliedSeq: 4);

        Assert.Equal((2, 2, 1L), (first.Count, second.Count, again.RowsApplied!.Value));
        Assert.Equal("1 2 3 4", await _fixture.RowsAsync());
    }
}
