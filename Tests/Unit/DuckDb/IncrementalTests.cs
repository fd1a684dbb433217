namespace OrleansBatch.Tests.Unit.DuckDb;

public sealed class IncrementalTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_row_replaces_the_one_with_its_key()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Incremental,
            ["id"],
            "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(id, name)",
            "SELECT * FROM (VALUES (2, 'B'), (3, 'C')) AS t(id, name)");

        Assert.Equal("1,a 2,B 3,C", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_file_without_rows_changes_none()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Incremental, ["id"], "SELECT 1 AS id, 'a' AS name", "SELECT 1 AS id, 'b' AS name WHERE false");

        Assert.Equal("1,a", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task The_last_of_several_rows_with_one_key_wins()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Incremental, ["id"], "SELECT range % 3 AS id, range AS place_in_file, 9 AS n FROM range(300000)");

        Assert.Equal("0,299997,9 1,299998,9 2,299999,9", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_key_may_be_written_in_another_case_and_in_a_narrower_type()
    {
        await _fixture.ApplyAllAsync(
            SyncType.Incremental, ["ID"], "SELECT 1::BIGINT AS id, 'a' AS old_row", "SELECT 1::SMALLINT AS Id, 'b' AS old_row");

        Assert.Equal("1,b", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task An_incremental_run_after_an_append_run_changes_its_rows()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id, 'a' AS name"));
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 1 AS id, 'b' AS name, 5 AS extra", SyncType.Incremental, "id"));
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 1 AS id, 'c' AS name"));

        Assert.Equal("1,b,5 1,c,NULL", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_batch_larger_than_the_memory_limit_is_spilled_to_disk()
    {
        const string Wide = "SELECT range AS id, repeat(range::VARCHAR, 12) AS name FROM range(1500000)";
        _fixture.Options.MemoryLimitMegabytes = 96;

        await _fixture.ApplyAllAsync(SyncType.Incremental, ["id"], Wide, Wide);

        Assert.Equal("1500000", await _fixture.RowsAsync("SELECT count(*) FROM flights"));
        Assert.False(Directory.Exists(_fixture.LakeFile + ".tmp"));
    }

    [Fact]
    public async Task A_run_without_primary_keys_fails()
    {
        var error = await _fixture.RefusedAsync(_fixture.BatchOf(1, "SELECT 1 AS id", SyncType.Incremental));

        Assert.Contains("no primary keys", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_lacks_a_primary_key_fails()
    {
        var error = await _fixture.RefusedAsync(_fixture.BatchOf(1, "SELECT 1 AS id", SyncType.Incremental, "id", "part"));

        Assert.Contains("lacks the primary key part", error.Message, StringComparison.Ordinal);
    }

}
