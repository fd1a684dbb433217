using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DuckDb;

public sealed class RepeatTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_repeated_batch_adds_nothing()
    {
        var batch = _fixture.BatchOf(1, "SELECT 1 AS id");
        await _fixture.ApplyAsync(batch);

        await _fixture.ApplyAsync(batch, appliedSeq: 1);

        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_batch_whose_commit_the_cursor_missed_is_not_applied_twice()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        var second = _fixture.BatchOf(2, "SELECT 2 AS id");
        await _fixture.ApplyAsync(second, appliedSeq: 1);

        await _fixture.ApplyAsync(second, appliedSeq: 1, epoch: 2);

        Assert.Equal("1 2", await _fixture.RowsAsync());
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

    // While a file stays open, a run's later batches are known to be new without a look-up.
    // A retry still finds exactly the batches that are there, whichever of the two runs brought them.
    [Fact]
    public async Task Batches_that_come_again_after_others_of_their_run_add_nothing()
    {
        var run = Guid.NewGuid();
        var batches = Enumerable.Range(0, 4)
            .Select(i => (Index: i, Batch: _fixture.BatchOf(i + 1, $"SELECT {i + 1} AS id")))
            .Select(b => b.Batch with { RunId = run, OriginRunId = run, BatchIndex = b.Index, OriginIndex = b.Index })
            .ToList();
        var seq = 0L;
        await InOrderAsync([batches[0], batches[1], batches[3]]);

        await InOrderAsync(batches.Select(b => b with { RunId = Guid.NewGuid() }));
        await InOrderAsync(batches.Select(b => b with { RunId = Guid.NewGuid() }));

        Assert.Equal("1 2 3 4", await _fixture.RowsAsync());

        async Task InOrderAsync(IEnumerable<Batch> some)
        {
            foreach (var batch in some)
            {
                await _fixture.ApplyAsync(batch with { Seq = ++seq }, appliedSeq: seq - 1);
            }
        }
    }

    [Fact]
    public async Task A_repeat_does_not_need_its_file_any_more()
    {
        var batch = _fixture.BatchOf(1, "SELECT 1 AS id");
        await _fixture.ApplyAsync(batch);
        File.Delete(batch.Path);

        await _fixture.ApplyAsync(batch, appliedSeq: 0);

        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_process_killed_before_the_commit_leaves_no_rows()
    {
        var batch = TestBatch.Of(_fixture.Group, _fixture.Parquet.Write("one.parquet", "SELECT 1 AS id"), seq: 1);

        await TestProcess.CrashAsync(_fixture.Options.LakeDirectory, batch);

        Assert.True(File.Exists(_fixture.LakeFile));
        Assert.Equal("0", await _fixture.RowsAsync("SELECT last_seq FROM orleans_batch.progress"));
        await _fixture.ApplyAsync(batch, appliedSeq: 0);
        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Nothing_is_committed_when_the_group_was_lost_before_the_commit()
    {
        var batch = _fixture.BatchOf(1, "SELECT 1 AS id");
        var call = TestBatch.Call(batch, ensureOwned: _ => throw new OwnershipLostException("lost"));

        await Assert.ThrowsAsync<OwnershipLostException>(() => _fixture.Sink.ApplyAsync(call, TestContext.Current.CancellationToken));

        Assert.Equal("0", await _fixture.RowsAsync("SELECT last_seq FROM orleans_batch.progress"));
        Assert.Equal("0", await _fixture.RowsAsync("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main'"));
    }

    [Fact]
    public async Task The_marker_names_the_origin_the_seq_and_the_epoch()
    {
        var batch = _fixture.BatchOf(1, "FROM range(3)") with { OriginIndex = 9 };

        await _fixture.ApplyAsync(batch, epoch: 5);

        var marker = "SELECT run_id, batch_index, seq, row_count, epoch FROM orleans_batch.applied";
        Assert.Equal($"{batch.OriginRunId},9,1,3,5", await _fixture.RowsAsync(marker));
    }

    [Theory]
    [InlineData(SyncType.Append)]
    [InlineData(SyncType.Incremental)]
    public async Task The_end_of_other_runs_changes_nothing(SyncType type)
    {
        var end = TestBatch.End(_fixture.Group, _fixture.Run, RunEnd.Sealed, appliedSeq: 0, type: type);

        await _fixture.Sink.EndRunAsync(end, TestContext.Current.CancellationToken);

        Assert.False(File.Exists(_fixture.LakeFile));
    }
}
