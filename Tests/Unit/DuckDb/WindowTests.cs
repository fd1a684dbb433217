using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DuckDb;

// Several batches are applied in one transaction: with the same effect as one by one, or not at all.
public sealed class WindowTests : IDisposable
{
    private static readonly TimeSpan _plenty = TimeSpan.FromMinutes(1);

    private static readonly string[] _widening = ["SELECT 1 AS id", "SELECT 2 AS id, 'x' AS name", "SELECT 3 AS id"];

    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_window_is_one_transaction_with_a_mark_for_each_batch()
    {
        var applied = await ApplyAsync(_plenty, Append("SELECT 1 AS id"), Append("SELECT 2 AS id"), Append("SELECT 3 AS id"));

        Assert.Equal([1, 1, 1], applied.Select(r => r.RowsApplied));
        Assert.Equal("1 2 3", await _fixture.RowsAsync());
        Assert.Equal("1,1 2,1 3,1", await _fixture.RowsAsync("SELECT seq, row_count FROM orleans_batch.applied ORDER BY seq"));
        Assert.Equal("1", await _fixture.RowsAsync("SELECT count(DISTINCT applied_at) FROM orleans_batch.applied"));
        Assert.Equal("3", await _fixture.RowsAsync("SELECT last_seq FROM orleans_batch.progress"));
    }

    [Fact]
    public async Task A_window_ends_with_the_batch_in_which_its_time_was_over()
    {
        Assert.Single(await ApplyAsync(TimeSpan.Zero, Append("SELECT 1 AS id"), Append("SELECT 2 AS id")));

        Assert.Equal("1", await _fixture.RowsAsync());
        Assert.Equal("1", await _fixture.RowsAsync("SELECT last_seq FROM orleans_batch.progress"));
    }

    [Fact]
    public async Task A_bad_file_leaves_nothing_of_its_window_and_the_batches_before_it_go_one_by_one()
    {
        var empty = _fixture.Parquet.WriteBytes("empty.parquet", []);
        Func<long, Batch>[] window = [Append("SELECT 1 AS id"), seq => _fixture.Batch(seq, empty), Append("SELECT 3 AS id")];

        await Assert.ThrowsAsync<PermanentBatchException>(() => ApplyAsync(_plenty, window));

        Assert.Equal("0", await _fixture.RowsAsync("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main'"));
        await _fixture.ApplyAsync(window[0](1));
        await _fixture.RefusedAsync(window[1](2));
        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Batches_that_the_file_knows_and_one_that_comes_twice_add_nothing()
    {
        var first = _fixture.BatchOf(1, "SELECT 1 AS id");
        await _fixture.ApplyAsync(first);
        var third = _fixture.BatchOf(3, "SELECT 3 AS id");

        await ApplyAsync(
            _plenty, seq => first with { Seq = seq }, Append("SELECT 2 AS id"), _ => third,
            seq => third with { Seq = seq, BatchIndex = (int)seq });

        Assert.Equal("1 2 3", await _fixture.RowsAsync());
        Assert.Equal("4", await _fixture.RowsAsync("SELECT last_seq FROM orleans_batch.progress"));
    }

    // The file has committed, and the queue did not hear of it.
    [Fact]
    public async Task A_window_that_comes_again_adds_nothing()
    {
        Func<long, Batch>[] window = [Append("SELECT 1 AS id"), Append("SELECT 2 AS id")];
        var batches = window.Select((batch, i) => batch(i + 1)).ToList();
        await ApplyAsync(_plenty, [.. batches.Select<Batch, Func<long, Batch>>(b => _ => b)]);

        await ApplyAsync(_plenty, [.. batches.Select<Batch, Func<long, Batch>>(b => _ => b)]);

        Assert.Equal("1 2", await _fixture.RowsAsync());
    }

    // DuckDB alters no table whose rows the transaction has changed before.
    [Theory]
    [InlineData(SyncType.Append, "1,NULL 1,NULL 2,x 3,NULL")]
    [InlineData(SyncType.Incremental, "1,NULL 2,x 3,NULL")]
    public async Task A_window_ends_before_a_batch_with_another_column(SyncType type, string rows)
    {
        await _fixture.ApplyAllAsync(type, ["id"], "SELECT 1 AS id");
        var window = _widening.Select((select, i) => TestBatch.Call(_fixture.BatchOf(i + 2, select, type, "id"))).ToList();

        Assert.Single(await _fixture.Sink.ApplyWindowAsync(window, _plenty, TestContext.Current.CancellationToken));
        Assert.Equal(2, (await _fixture.Sink.ApplyWindowAsync(window[1..], _plenty, TestContext.Current.CancellationToken)).Count);

        Assert.Equal(rows, await _fixture.RowsAsync());
        Assert.Equal("4,4", await _fixture.RowsAsync("SELECT count(*), max(seq) FROM orleans_batch.applied"));
    }

    [Fact]
    public async Task A_key_that_comes_in_several_batches_of_a_window_has_the_last_ones_row()
    {
        await ApplyAsync(
            _plenty, Keyed("SELECT 1 AS id, 'a' AS v UNION ALL SELECT 2, 'b'"), Keyed("SELECT 1 AS id, 'c' AS v"),
            Keyed("SELECT 1 AS id, 'd' AS v"));

        Assert.Equal("1,d 2,b", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_full_refresh_is_staged_by_windows_and_swapped_in_at_its_end()
    {
        await ApplyAsync(_plenty, Refreshed("SELECT 1 AS id"), Refreshed("SELECT 2 AS id"));
        Assert.Equal("0", await _fixture.RowsAsync("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main'"));

        await _fixture.EndAsync(RunEnd.Sealed, appliedSeq: 2);

        Assert.Equal("1 2", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Nothing_of_a_window_is_committed_when_the_group_was_lost_before_the_commit()
    {
        var calls = new[] { Append("SELECT 1 AS id")(1), Append("SELECT 2 AS id")(2) }
            .Select(b => TestBatch.Call(b, ensureOwned: _ => throw new OwnershipLostException("lost"))).ToList();

        await Assert.ThrowsAsync<OwnershipLostException>(
            () => _fixture.Sink.ApplyWindowAsync(calls, _plenty, TestContext.Current.CancellationToken));

        Assert.Equal("0", await _fixture.RowsAsync("SELECT last_seq FROM orleans_batch.progress"));
        Assert.Equal("0", await _fixture.RowsAsync("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main'"));
    }

    private Func<long, Batch> Append(string select) => seq => _fixture.BatchOf(seq, select);

    private Func<long, Batch> Keyed(string select) => seq => _fixture.BatchOf(seq, select, SyncType.Incremental, "id");

    private Func<long, Batch> Refreshed(string select) => seq => _fixture.BatchOf(seq, select, SyncType.FullRefresh);

    private Task<IReadOnlyList<BatchResult>> ApplyAsync(TimeSpan enough, params Func<long, Batch>[] batches) =>
        _fixture.Sink.ApplyWindowAsync(
            [.. batches.Select((batch, i) => TestBatch.Call(batch(i + 1), appliedSeq: i))], enough, TestContext.Current.CancellationToken);
}
