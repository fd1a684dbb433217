using Microsoft.Extensions.Time.Testing;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Delta;

// Readers see the old rows or the new ones.
public sealed class FullRefreshTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task The_new_rows_are_in_place_at_the_run_s_end_and_not_before()
    {
        await OldRowsAsync();
        await StageAsync("SELECT 10 AS id", "SELECT 11 AS id");
        Assert.Equal("1,a", await _fixture.RowsAsync());

        var result = await _fixture.EndAsync(RunEnd.Sealed, 3);

        Assert.Equal("10 11", await _fixture.RowsAsync());
        Assert.Equal(["The column name is gone: no file of the run has it."], result.Notes);
        Assert.Equal(1, (await _fixture.SnapshotAsync()).Version);
    }

    [Fact]
    public async Task A_repeated_end_changes_nothing()
    {
        await OldRowsAsync();
        await StageAsync("SELECT 10 AS id");
        await _fixture.EndAsync(RunEnd.Sealed, 2);
        var version = (await _fixture.SnapshotAsync()).Version;

        await _fixture.EndAsync(RunEnd.Sealed, 2, epoch: 2);
        using var another = _fixture.NewSink();
        await another.EndRunAsync(
            TestBatch.End(_fixture.Group, _fixture.Run, RunEnd.Sealed, 2, epoch: 3), TestContext.Current.CancellationToken);

        Assert.Equal("10", await _fixture.RowsAsync());
        Assert.Equal(version, (await _fixture.SnapshotAsync()).Version);
    }

    [Fact]
    public async Task The_last_batch_is_known_when_it_comes_again_after_the_refresh_is_in_place()
    {
        await StageAsync("SELECT 10 AS id", "SELECT 11 AS id");
        var last = _fixture.BatchOf(3, "SELECT 11 AS id", SyncType.FullRefresh);
        await _fixture.EndAsync(RunEnd.Sealed, 3);

        await _fixture.ApplyAsync(last, appliedSeq: 2, epoch: 2, sink: _fixture.NewSink());
        await _fixture.EndAsync(RunEnd.Sealed, 3, epoch: 2);

        Assert.Equal("10 11", await _fixture.RowsAsync());
    }

    [Theory]
    [InlineData(RunEnd.Failed)]
    [InlineData(RunEnd.Cancelled)]
    [InlineData(RunEnd.Superseded)]
    [InlineData(RunEnd.Stranded)]
    public async Task A_run_that_is_given_up_leaves_the_old_rows_and_no_file(RunEnd end)
    {
        await OldRowsAsync();
        await StageAsync("SELECT 10 AS id", "SELECT 11 AS id");

        await _fixture.EndAsync(end, 3);

        Assert.Equal("1,a", await _fixture.RowsAsync());
        Assert.Single(Directory.GetFiles(_fixture.TableDirectory, "*.parquet"));
        await _fixture.ApplyAsync(_fixture.BatchOf(5, "SELECT 5 AS id, 'e' AS name"), appliedSeq: 3, epoch: 2);
        Assert.Equal("1,a 5,e", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_run_that_failed_is_staged_anew_when_it_is_retried()
    {
        await StageAsync("SELECT 10 AS id", "SELECT 11 AS id");
        await _fixture.EndAsync(RunEnd.Failed, 3);

        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 20 AS id", SyncType.FullRefresh) with { Seq = 5 }, appliedSeq: 3, epoch: 2);
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 21 AS id", SyncType.FullRefresh) with { Seq = 6 }, appliedSeq: 5, epoch: 2);
        await _fixture.EndAsync(RunEnd.Sealed, 6, epoch: 2);

        Assert.Equal("20 21", await _fixture.RowsAsync());
    }

    // The end was told as a best effort, and its owner was lost.
    [Fact]
    public async Task Batches_that_were_staged_count_as_applied_also_when_nobody_heard_of_the_run_s_end()
    {
        await OldRowsAsync();
        await StageAsync("SELECT 10 AS id", "SELECT 11 AS id");
        _fixture.Run = Guid.NewGuid();

        await _fixture.ApplyAsync(_fixture.BatchOf(4, "SELECT 4 AS id, 'd' AS name"), epoch: 2, sink: _fixture.NewSink());

        Assert.Equal("1,a 4,d", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_run_without_batches_empties_the_table()
    {
        await OldRowsAsync();
        _fixture.Run = Guid.NewGuid();

        await _fixture.EndAsync(RunEnd.Sealed, 1);

        Assert.Equal(0, await _fixture.Reader.CountAsync());
        Assert.Equal("id\tNullable(Int32)\nname\tNullable(String)", await _fixture.Reader.ColumnsAsync());
    }

    [Fact]
    public async Task A_stage_is_widened_like_a_table()
    {
        await StageAsync("SELECT 1::INTEGER AS id", "SELECT 5000000000 AS id", "SELECT 3::INTEGER AS id, 'x' AS name");

        await _fixture.EndAsync(RunEnd.Sealed, 4);

        Assert.Equal("1,\\N 3,x 5000000000,\\N", await _fixture.RowsAsync());
    }

    // Nobody told the sink of the run's end.
    [Fact]
    public async Task A_stage_that_nobody_came_back_to_goes_with_a_later_refresh()
    {
        await StageAsync("SELECT 10 AS id", "SELECT 11 AS id");
        _fixture.Run = Guid.NewGuid();
        await _fixture.ApplyAsync(_fixture.BatchOf(4, "SELECT 20 AS id", SyncType.FullRefresh));
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(91));

        await _fixture.NewSink(time).EndRunAsync(
            TestBatch.End(_fixture.Group, _fixture.Run, RunEnd.Sealed, 4), TestContext.Current.CancellationToken);

        Assert.Equal("20", await _fixture.RowsAsync());
        Assert.Single(Directory.GetFiles(_fixture.TableDirectory, "*.parquet"));
        Assert.Single(
            Directory.GetDirectories(Path.Combine(_fixture.TableDirectory, "_orleansbatch")),
            d => Directory.GetFiles(d, "*", SearchOption.AllDirectories).Length > 0);
    }

    private Task<BatchResult> OldRowsAsync() => _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id, 'a' AS name"));

    // A run of its own, from seq 2 on.
    private async Task StageAsync(params string[] selects)
    {
        _fixture.Run = Guid.NewGuid();
        var seq = 1;
        foreach (var select in selects)
        {
            seq++;
            await _fixture.ApplyAsync(
                _fixture.BatchOf(seq, select, SyncType.FullRefresh),
                appliedSeq: seq == 2 && !Directory.Exists(_fixture.TableDirectory) ? 0 : null);
        }
    }
}
