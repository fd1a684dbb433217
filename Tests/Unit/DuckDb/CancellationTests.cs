using System.Diagnostics;

using OrleansBatch.Sinks.Engine;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DuckDb;

public sealed class CancellationTests : IDisposable
{
    private const string LastSeq = "SELECT last_seq FROM orleans_batch.progress";

    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Cancelled_before_the_commit_leaves_no_rows()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        using var source = new CancellationTokenSource();
        var call = TestBatch.Call(_fixture.BatchOf(2, "SELECT 2 AS id"), ensureOwned: _ => source.CancelAsync());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _fixture.Sink.ApplyAsync(call, source.Token));

        Assert.Equal("1", await _fixture.RowsAsync());
        Assert.Equal("1", await _fixture.RowsAsync(LastSeq));
    }

    [Fact]
    public async Task Cancelled_at_the_start_opens_nothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _fixture.Sink.ApplyAsync(TestBatch.Call(_fixture.BatchOf(1, "SELECT 1 AS id")), source.Token));

        Assert.False(File.Exists(_fixture.LakeFile));
    }

    // Without the interrupt this statement runs for hours.
    [Fact(Timeout = 30_000)]
    public async Task A_statement_that_would_not_end_is_interrupted()
    {
        using var session = new DuckDbSession(256, 1);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var endless = SqlText.Trusted("SELECT sum(hash(i)) FROM range(1000000000000) AS t(i)");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(
            () => session.Number(endless, source.Token), TestContext.Current.CancellationToken));

        Assert.Equal(1, session.Number(SqlText.Trusted("SELECT 1"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_long_batch_stops_soon_and_leaves_no_rows()
    {
        var long_ = _fixture.BatchOf(1, "SELECT range AS id, 'x' AS a, 'y' AS b FROM range(20000000)");
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _fixture.Sink.ApplyAsync(
            TestBatch.Call(long_, ensureOwned: _ => throw new InvalidOperationException("not interrupted")), source.Token));

        Assert.Equal("0", await _fixture.RowsAsync(LastSeq));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"stopped after {watch.Elapsed}");
    }
}
