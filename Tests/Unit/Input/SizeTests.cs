using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Tests.Unit.DuckDb;

namespace OrleansBatch.Tests.Unit.Input;

// A small file may unfold into any size, so the size of one batch is bounded.
public sealed class SizeTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_file_with_more_rows_than_a_batch_may_have_is_refused_with_the_figures()
    {
        _fixture.Options.MaxRows = 1_000;
        var path = _fixture.Parquet.Write("rows.parquet", "SELECT 1 AS id FROM range(2000)");

        await _fixture.RefusedAsync(path, "has 2,000 rows, and a batch may have 1,000 (MaxRows)", inspect: false);
    }

    [Fact]
    public async Task A_file_whose_numbers_unfold_into_more_than_a_batch_may_have_is_refused_with_the_figures()
    {
        _fixture.Options.MaxDecodedMegabytes = 1;
        var path = _fixture.Parquet.Write("numbers.parquet", "SELECT 7::BIGINT AS id FROM range(1000000)");

        Assert.InRange(new FileInfo(path).Length, 1, 100_000);
        await _fixture.RefusedAsync(path, "unfolds into 7 MB or more, and a batch may have 1 MB (MaxDecodedMegabytes)", inspect: false);
    }

    [Fact]
    public async Task A_file_whose_text_unfolds_into_more_than_a_batch_may_have_is_refused()
    {
        _fixture.Options.MaxDecodedMegabytes = 1;
        var path = _fixture.Parquet.Write("text.parquet", "SELECT repeat('x', 1000) AS name FROM range(10000)");

        Assert.InRange(new FileInfo(path).Length, 1, 100_000);
        await _fixture.RefusedAsync(path, "unfolds into 9 MB or more", inspect: false);
    }

    [Fact]
    public async Task A_list_of_one_row_that_unfolds_into_more_than_a_batch_may_have_is_refused()
    {
        _fixture.Options.MaxDecodedMegabytes = 1;
        var path = _fixture.Parquet.Write("list.parquet", "SELECT list(7::BIGINT) AS ids FROM range(1000000)");

        await _fixture.RefusedAsync(path, "unfolds into", inspect: false);
    }

    // One long text stands among short ones. The dictionary could unfold far beyond the bound, but the file does not.
    [Fact]
    public async Task A_file_that_only_could_unfold_into_more_is_taken()
    {
        _fixture.Options.MaxDecodedMegabytes = 1;
        var path = _fixture.Parquet.Write(
            "dictionary.parquet", "SELECT CASE WHEN range = 0 THEN repeat('x', 1000) ELSE 'y' END AS name FROM range(20000)");

        await _fixture.ApplyAsync(_fixture.Batch(1, path));

        Assert.Equal("20000", await _fixture.RowsAsync("SELECT count(*) FROM flights"));
    }

    [Fact]
    public async Task Another_group_goes_on_after_a_file_was_refused()
    {
        _fixture.Options.MaxRows = 1;
        await _fixture.RefusedAsync(_fixture.BatchOf(1, "SELECT range AS id FROM range(2)"));

        _fixture.Group = new(8, "flights");
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 5 AS id"));

        Assert.Equal("5", await _fixture.RowsAsync());
    }

    [Fact]
    public void What_a_group_may_spill_to_disk_is_bounded()
    {
        _fixture.Options.MaxSpillMegabytes = 1_000;
        LakeFileSession.Create(_fixture.LakeFile, _fixture.Options);
        using var file = LakeFileSession.TryOpen(_fixture.LakeFile, _fixture.Options, [], readOnly: false)!;

        var bound = file.Session.Rows(
            SqlText.Of($"SELECT current_setting('max_temp_directory_size')"), row => row.GetString(0), CancellationToken.None);

        Assert.Equal("953.6 MiB", Assert.Single(bound));
    }
}
