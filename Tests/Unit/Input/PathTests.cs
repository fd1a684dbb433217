using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Tests.Unit.DuckDb;

namespace OrleansBatch.Tests.Unit.Input;

public sealed class PathTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    // Another silo may see the file, but before an enqueue nobody does.
    [Fact]
    public async Task A_missing_file_is_left_to_a_silo_that_has_it_and_is_not_enqueued() =>
        await MissingAsync(_fixture.Parquet.PathOf("none.parquet"));

    [Fact]
    public async Task A_directory_fails_the_batch()
    {
        Directory.CreateDirectory(_fixture.Parquet.PathOf("dir.parquet"));

        await RefusedAsync(_fixture.Parquet.PathOf("dir.parquet"), "is a directory");
    }

    [Fact]
    public async Task An_empty_file_fails_the_batch() => await RefusedAsync(_fixture.Parquet.WriteBytes("empty.parquet", []), "is empty");

    [Theory]
    [InlineData("id,name\n1,a\n")]
    [InlineData("PAR1")]
    public async Task A_file_of_another_format_fails_the_batch(string text) =>
        await RefusedAsync(_fixture.Parquet.WriteBytes("text.parquet", System.Text.Encoding.UTF8.GetBytes(text)), "is not a Parquet file");

    [Fact]
    public async Task A_truncated_file_fails_the_batch()
    {
        var whole = await File.ReadAllBytesAsync(Good(), TestContext.Current.CancellationToken);

        await RefusedAsync(_fixture.Parquet.WriteBytes("half.parquet", whole.AsSpan(0, whole.Length / 2)), "is truncated");
    }

    [Fact]
    public async Task A_damaged_footer_fails_the_batch()
    {
        var bytes = await File.ReadAllBytesAsync(Good(), TestContext.Current.CancellationToken);
        bytes.AsSpan(bytes.Length - 60, 40).Fill(0xFF);

        await RefusedAsync(_fixture.Parquet.WriteBytes("footer.parquet", bytes), "its Parquet footer can't be read");
    }

    [Fact]
    public async Task A_damaged_page_header_fails_the_batch()
    {
        var bytes = await File.ReadAllBytesAsync(Good(), TestContext.Current.CancellationToken);
        bytes.AsSpan(4, 20).Fill(0xFF);

        await RefusedAsync(_fixture.Parquet.WriteBytes("pages.parquet", bytes), "is damaged: a page of column id", inspect: false);
    }

    [Fact]
    public async Task Damaged_rows_fail_the_batch()
    {
        var bytes = await File.ReadAllBytesAsync(Good(), TestContext.Current.CancellationToken);
        bytes.AsSpan(bytes.Length / 2, bytes.Length / 4).Fill(0xFF);

        await RefusedAsync(_fixture.Parquet.WriteBytes("rows.parquet", bytes), "its rows can't be decoded", inspect: false);
    }

    [Theory]
    [InlineData("https://example.org/a.parquet")]
    [InlineData("file:///etc/passwd")]
    public async Task A_url_fails_the_batch(string url) => await RefusedAsync(url, "is a URL", inspect: false);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\0b")]
    public async Task An_unusable_path_fails_the_batch(string path)
    {
        var error = await _fixture.RefusedAsync(_fixture.Batch(1, path));

        Assert.Contains("no usable path", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_climbs_out_of_the_roots_is_left_to_a_silo_that_may_read_it()
    {
        _fixture.Parquet.Write("in/x.parquet", "SELECT 1 AS id");
        using var narrow = Narrowed();

        await OutsideAsync(narrow, _fixture.Parquet.PathOf("in/../out/one.parquet"));
    }

    [Fact]
    public async Task A_link_that_leads_out_of_the_roots_is_not_followed()
    {
        using var narrow = Narrowed();
        File.CreateSymbolicLink(_fixture.Parquet.PathOf("in/file.parquet"), _fixture.Parquet.PathOf("out/one.parquet"));
        Directory.CreateSymbolicLink(_fixture.Parquet.PathOf("in/dir"), "../out");

        await OutsideAsync(narrow, _fixture.Parquet.PathOf("in/file.parquet"));
        await OutsideAsync(narrow, _fixture.Parquet.PathOf("in/dir/one.parquet"));
    }

    [Fact]
    public async Task A_root_that_another_directory_begins_with_does_not_let_it_in()
    {
        using var narrow = Narrowed();

        await OutsideAsync(narrow, _fixture.Parquet.Write("inside/one.parquet", "SELECT 1 AS id"));
    }

    [Fact]
    public async Task A_link_in_a_circle_fails_the_batch()
    {
        File.CreateSymbolicLink(_fixture.Parquet.PathOf("loop.parquet"), _fixture.Parquet.PathOf("loop.parquet"));

        await RefusedAsync(_fixture.Parquet.PathOf("loop.parquet"), "lead in a circle", inspect: false);
    }

    [Fact]
    public async Task A_link_within_the_roots_is_followed()
    {
        Directory.CreateSymbolicLink(_fixture.Parquet.PathOf("link"), _fixture.Parquet.PathOf("real"));
        _fixture.Parquet.Write("real/one.parquet", "SELECT 1 AS id");

        await _fixture.ApplyAsync(_fixture.Batch(1, _fixture.Parquet.PathOf("link/one.parquet")));

        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Theory]
    [InlineData("f[1].parquet", "f1.parquet")]
    [InlineData("f*.parquet", "f2.parquet")]
    [InlineData("f?.parquet", "f3.parquet")]
    [InlineData("d[1]/**/f.parquet", "d1/x/f.parquet")]
    [InlineData("{a,b}.parquet", "a.parquet")]
    [InlineData("back\\slash.parquet", "slash.parquet")]
    [InlineData("back\\[1].parquet", "1.parquet")]
    [InlineData("it's $1 \"so\".parquet", "its.parquet")]
    [InlineData("日本 ü.parquet", "x.parquet")]
    public async Task Every_character_of_a_path_is_taken_literally(string name, string decoy)
    {
        var path = _fixture.Parquet.Write(name, "SELECT 'mine' AS id");
        _fixture.Parquet.Write(decoy, "SELECT 'decoy' AS id");

        await _fixture.ApplyAsync(_fixture.Batch(1, path));

        Assert.Equal("mine", await _fixture.RowsAsync());
        Assert.Equal(1, ParquetFile.Inspect(path).Rows);
    }

    [Fact]
    public async Task A_pattern_does_not_match_other_files()
    {
        Good();

        await MissingAsync(_fixture.Parquet.PathOf("*.parquet"));
    }

    [Fact]
    public async Task A_failed_batch_leaves_the_file_ready_for_the_next()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        await _fixture.RefusedAsync(_fixture.Batch(2, _fixture.Parquet.WriteBytes("empty.parquet", [])));

        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 3 AS id"), appliedSeq: 1);

        Assert.Equal("1 3", await _fixture.RowsAsync());
    }

    [Fact]
    public void Inspect_reads_rows_bytes_and_columns()
    {
        var path = _fixture.Parquet.Write("three.parquet", "SELECT range AS id, 'a' AS name FROM range(3)");

        Assert.Equal(new ParquetInfo(path, 3, new FileInfo(path).Length, 2), ParquetFile.Inspect(path));
    }

    private string Good() => _fixture.Parquet.Write("good.parquet", "SELECT hash(range) AS id, uuid()::VARCHAR AS name FROM range(5000)");

    private DuckDbSink Narrowed()
    {
        _fixture.Parquet.Write("out/one.parquet", "SELECT 1 AS id");
        Directory.CreateDirectory(_fixture.Parquet.PathOf("in"));
        _fixture.Options.InputRoots = [_fixture.Parquet.PathOf("in")];
        return _fixture.NewSink();
    }

    private async Task OutsideAsync(DuckDbSink sink, string path)
    {
        var call = Support.TestBatch.Call(_fixture.Batch(1, path));

        var error = await Assert.ThrowsAsync<BatchUnreachableException>(() => sink.ApplyAsync(call, TestContext.Current.CancellationToken));

        Assert.Contains($"{path} lies outside", error.Message, StringComparison.Ordinal);
    }

    private async Task MissingAsync(string path)
    {
        var error = await Assert.ThrowsAsync<BatchUnreachableException>(() => _fixture.ApplyAsync(_fixture.Batch(1, path)));

        Assert.StartsWith($"{path} does not exist here", error.Message, StringComparison.Ordinal);
        var before = Assert.Throws<PermanentBatchException>(() => ParquetFile.Inspect(path));
        Assert.Contains("does not exist", before.Message, StringComparison.Ordinal);
    }

    // The sink and the check before an enqueue give the same reason.
    private async Task RefusedAsync(string path, string reason, bool inspect = true)
    {
        var errors = new List<PermanentBatchException> { await _fixture.RefusedAsync(_fixture.Batch(1, path)) };
        if (inspect)
        {
            errors.Add(Assert.Throws<PermanentBatchException>(() => ParquetFile.Inspect(path)));
        }

        Assert.All(errors, error =>
        {
            Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Error:", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        });
    }
}
