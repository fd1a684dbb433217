using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Delta;

public sealed class ForgetTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Rows_columns_marks_and_stages_are_gone_and_the_group_begins_anew()
    {
        var batch = _fixture.BatchOf(1, "SELECT 1 AS secret");
        await _fixture.ApplyAsync(batch);
        var run = _fixture.Run;
        _fixture.Run = Guid.NewGuid();
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS secret", SyncType.FullRefresh));

        await _fixture.ForgetAsync();
        await _fixture.ForgetAsync();

        Assert.All(
            Directory.GetFiles(_fixture.TableDirectory, "*", SearchOption.AllDirectories),
            f => Assert.StartsWith(Path.Combine(_fixture.TableDirectory, "_delta_log"), f, StringComparison.Ordinal));
        Assert.All(
            Directory.GetFiles(_fixture.TableDirectory, "*.json", SearchOption.AllDirectories),
            f => Assert.DoesNotContain("secret", File.ReadAllText(f), StringComparison.Ordinal));
        _fixture.Run = run;
        await _fixture.ApplyAsync(batch, epoch: 2);
        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_frozen_owner_brings_no_row_back()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        var (asked, thaw) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var former = _fixture.NewSink();
        var frozen = Task.Run(() => former.ApplyAsync(
            TestBatch.Call(_fixture.BatchOf(2, "SELECT 2 AS id"), ensureOwned: _ =>
            {
                asked.TrySetResult();
                return thaw.Task;
            }),
            TestContext.Current.CancellationToken));
        await asked.Task;

        await _fixture.ForgetAsync(epoch: 2);
        thaw.SetResult();

        await Assert.ThrowsAsync<SinkNotReadyException>(() => frozen);
        Assert.Empty((await _fixture.SnapshotAsync()).Files);
    }

    [Fact]
    public async Task A_group_that_has_no_table_is_forgotten_without_a_trace()
    {
        await _fixture.ForgetAsync();

        Assert.False(Directory.Exists(_fixture.TableDirectory));
    }
}
