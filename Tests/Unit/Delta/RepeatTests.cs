using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Delta;

// G4: exactly once in effect. What the table has is told by its own log.
public sealed class RepeatTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_repeated_batch_commits_nothing_and_gets_the_result_of_its_first_time()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id", SyncType.Incremental, "id"));
        var batch = _fixture.BatchOf(2, "SELECT range AS id FROM range(3)", SyncType.Incremental, "id");
        var first = await _fixture.ApplyAsync(batch);

        var again = await _fixture.ApplyAsync(batch, appliedSeq: 1, epoch: 2, sink: _fixture.NewSink());

        Assert.Equal(new BatchResult { RowsApplied = 3, RowsReplaced = 1 }, first);
        Assert.Equal(first, again);
        Assert.Equal(1, (await _fixture.SnapshotAsync()).Version);
        Assert.Equal("0 1 2", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_window_whose_first_batches_are_in_the_table_goes_on_behind_them()
    {
        var batches = Enumerable.Range(1, 4).Select(i => _fixture.BatchOf(i, $"SELECT {i} AS id")).ToArray();
        await _fixture.ApplyWindowAsync(batches[0], batches[1]);

        var known = await _fixture.Sink.ApplyWindowAsync(
            [.. batches.Select(b => TestBatch.Call(b, appliedSeq: b.Seq == 1 ? 0 : null))], TimeSpan.FromMinutes(1),
            TestContext.Current.CancellationToken);
        await _fixture.ApplyWindowAsync(batches[2], batches[3]);

        Assert.Equal([1L, 1L], known.Select(r => r.RowsApplied));
        Assert.Equal("1 2 3 4", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_retried_run_repeats_its_origin_and_adds_nothing_but_moves_on()
    {
        var first = _fixture.BatchOf(1, "SELECT 1 AS id");
        await _fixture.ApplyAsync(first);
        var retried = first with { Seq = 2, RunId = Guid.NewGuid(), BatchIndex = 0 };

        await _fixture.ApplyAsync(retried, appliedSeq: 1);
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 3 AS id"), appliedSeq: 2);

        Assert.Equal("1 3", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task What_the_table_has_is_known_from_a_checkpoint_alone()
    {
        _fixture.Options.CheckpointInterval = 2;
        using var sink = _fixture.NewSink();
        var batches = Enumerable.Range(1, 5).Select(i => _fixture.BatchOf(i, $"SELECT {i} AS id")).ToArray();
        foreach (var batch in batches)
        {
            await _fixture.ApplyAsync(batch, sink: sink);
        }

        foreach (var file in Directory.GetFiles(Path.Combine(_fixture.TableDirectory, "_delta_log"), "0*.json"))
        {
            if (string.CompareOrdinal(Path.GetFileName(file), "00000000000000000004") < 0)
            {
                File.Delete(file);
            }
        }

        var again = await _fixture.ApplyAsync(batches[2], appliedSeq: 2, epoch: 2, sink: _fixture.NewSink());

        Assert.Equal(BatchResult.NotCounted, again);
        Assert.Equal("1 2 3 4 5", await _fixture.RowsAsync());
    }
}
