using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Unit.Delta;

public sealed class IncrementalTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Rows_of_a_key_are_replaced_and_others_stay()
    {
        await UpsertAsync("SELECT range AS id, 'old' AS v FROM range(5)");

        var result = await UpsertAsync("SELECT * FROM (VALUES (3, 'new'), (9, 'new'), (3, 'last')) AS t(id, v)");

        Assert.Equal(new BatchResult { RowsApplied = 2, RowsReplaced = 1 }, result);
        Assert.Equal("0,old 1,old 2,old 3,last 4,old 9,new", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_file_without_rows_changes_none()
    {
        await UpsertAsync("SELECT 1 AS id, 'a' AS v");

        var result = await UpsertAsync("SELECT 1 AS id, 'a' AS v WHERE false");

        Assert.Equal(new BatchResult { RowsApplied = 0, RowsReplaced = 0 }, result);
        Assert.Equal("1,a", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Only_files_that_hold_a_key_are_written_anew()
    {
        await UpsertAsync("SELECT range AS id, 'a' AS v FROM range(0, 10)");
        await UpsertAsync("SELECT range AS id, 'b' AS v FROM range(10, 20)");
        await UpsertAsync("SELECT range AS id, 'c' AS v FROM range(20, 30)");
        var before = (await _fixture.SnapshotAsync()).Files.Keys.ToHashSet();

        await UpsertAsync("SELECT 12 AS id, 'x' AS v");

        var after = (await _fixture.SnapshotAsync()).Files.Keys.ToHashSet();
        Assert.Equal(2, before.Intersect(after).Count());
        Assert.Equal(29, await _fixture.Reader.CountAsync("v <> 'x'"));
        Assert.Equal(1, await _fixture.Reader.CountAsync("v = 'x'"));
    }

    [Fact]
    public async Task A_row_with_a_null_in_its_key_is_refused_or_kept_beside_others()
    {
        await UpsertAsync("SELECT 1 AS id, 'a' AS v");
        var batch = _fixture.BatchOf(2, "SELECT NULL::INTEGER AS id, 'n' AS v", SyncType.Incremental, "id");

        Assert.Contains("1 row in id", (await _fixture.RefusedAsync(batch)).Message, StringComparison.Ordinal);
        await _fixture.ApplyAsync(batch with { NullKeys = NullKeyRule.Keep });
        await _fixture.ApplyAsync(
            _fixture.BatchOf(3, "SELECT NULL::INTEGER AS id, 'm' AS v UNION ALL SELECT 1, 'b'", SyncType.Incremental, "id") with
            {
                NullKeys = NullKeyRule.Keep,
            });

        Assert.Equal("1,b \\N,m \\N,n", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Keys_of_several_columns_and_of_text_beyond_ascii_find_their_rows()
    {
        string[] keys = ["Name", "part"];
        await _fixture.ApplyAsync(_fixture.BatchOf(
            1, "SELECT * FROM (VALUES ('é', 1, 'old'), ('z', 1, 'old'), ('🛫', 2, 'old')) AS t(name, part, v)", SyncType.Incremental,
            keys));

        await _fixture.ApplyAsync(_fixture.BatchOf(
            2, "SELECT * FROM (VALUES ('🛫', 2::SMALLINT, 'new'), ('é', 2, 'new')) AS t(name, part, v)", SyncType.Incremental, keys));

        Assert.Equal("z,1,old é,1,old é,2,new 🛫,2,new", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Nan_equals_nan_and_minus_zero_equals_zero()
    {
        await UpsertAsync("SELECT unnest(['nan'::DOUBLE, 0.0, 1.0]) AS id, 'old' AS v");

        var result = await UpsertAsync("SELECT unnest(['nan'::DOUBLE, -0.0]) AS id, 'new' AS v");

        Assert.Equal(2, result.RowsReplaced);
        Assert.Equal(3, await _fixture.Reader.CountAsync());
    }

    [Fact]
    public async Task A_batch_may_bring_a_column_and_a_wider_key_at_once()
    {
        await UpsertAsync("SELECT range::INTEGER AS id FROM range(3)");

        await UpsertAsync("SELECT * FROM (VALUES (1::BIGINT, 'x'), (5000000000, 'y')) AS t(id, v)");

        Assert.Equal("0,\\N 1,x 2,\\N 5000000000,y", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Small_files_that_are_written_anew_become_one()
    {
        for (var i = 0; i < 5; i++)
        {
            await UpsertAsync($"SELECT range AS id, {i} AS v FROM range({i * 10}, {(i + 1) * 10})");
        }

        await UpsertAsync("SELECT range * 10 AS id, 99 AS v FROM range(5)");

        Assert.Equal(2, (await _fixture.SnapshotAsync()).Files.Count);
        Assert.Equal(50, await _fixture.Reader.CountAsync());
        Assert.Equal(5, await _fixture.Reader.CountAsync("v = 99"));
    }

    private long _seq;

    private Task<BatchResult> UpsertAsync(string select) =>
        _fixture.ApplyAsync(_fixture.BatchOf(++_seq, select, SyncType.Incremental, "id"));
}
