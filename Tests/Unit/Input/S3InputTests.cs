using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;
using OrleansBatch.Tests.Unit.DuckDb;

namespace OrleansBatch.Tests.Unit.Input;

// Batches that lie in S3.
public sealed class S3InputTests : IAsyncLifetime
{
    private readonly SinkFixture _fixture = new();
    private S3Server _server = null!;
    private S3Proxy _proxy = null!;
    private string _root = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RadosGateway.OfTheRunAsync();
        _proxy = new S3Proxy(_server.Url);
        _root = _server.NewAddress();
        _fixture.Options.InputRoots = [_root, _fixture.Parquet.Directory];
        _fixture.Options.ScratchDirectory = _fixture.Parquet.PathOf("scratch");
        _fixture.Options.S3 = _server.Options();
        _fixture.Options.S3.Endpoint = _proxy.Url;
        _fixture.Options.S3.MaxAttempts = 2;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _fixture.Dispose();
    }

    [Fact]
    public async Task A_batch_in_s3_is_loaded_and_its_copy_goes_with_the_sink()
    {
        using (var sink = _fixture.NewSink())
        {
            var result = await ApplyAsync(sink, 1, await PutAsync("in/one.parquet", "SELECT range AS id FROM range(3)"));

            Assert.Equal(3, result.RowsApplied);
            Assert.Equal([_fixture.Parquet.Directory, _root], sink.Describe().InputRoots);
            await sink.ReleaseAsync(_fixture.Group, Ct);
        }

        Assert.Equal("0 1 2", await _fixture.RowsAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Options.ScratchDirectory));
    }

    [Fact]
    public async Task An_object_is_read_anew_when_somebody_has_replaced_it()
    {
        using var sink = _fixture.NewSink();
        await ApplyAsync(sink, 1, await PutAsync("one.parquet", "SELECT 1 AS id"));
        await ApplyAsync(sink, 2, await PutAsync("one.parquet", "SELECT 2 AS id"));
        await sink.ReleaseAsync(_fixture.Group, Ct);

        Assert.Equal("1 2", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task An_object_that_changes_while_it_is_read_is_not_loaded()
    {
        using var sink = _fixture.NewSink();
        var path = await PutAsync("one.parquet", "SELECT 1 AS id");
        _proxy.Fault = (method, _) =>
        {
            if (method == "HEAD")
            {
                Task.Run(() => PutAsync("one.parquet", "SELECT 2 AS id"), Ct).GetAwaiter().GetResult();
            }

            return null;
        };

        var error = await Assert.ThrowsAsync<IOException>(() => ApplyAsync(sink, 1, path));

        Assert.StartsWith($"{path} was changed while it was read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_is_missing_or_outside_of_the_roots_is_left_to_a_silo_that_reaches_it()
    {
        using var sink = _fixture.NewSink();

        foreach (var (path, why) in new[]
        {
            ($"{_root}/none.parquet", "does not exist"), ($"{_root}0/one.parquet", "lies outside"),
            ("s3://another/one.parquet", "lies outside"), (_root, "lies outside"),
        })
        {
            var error = await Assert.ThrowsAsync<BatchUnreachableException>(() => ApplyAsync(sink, 1, path));
            Assert.StartsWith($"{path} {why}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_path_that_climbs_or_has_a_password_fails_the_batch()
    {
        using var sink = _fixture.NewSink();

        foreach (var path in new[] { $"{_root}/../other/one.parquet", "s3://key:hidden@tests/one.parquet" })
        {
            var error = await Assert.ThrowsAsync<PermanentBatchException>(() => ApplyAsync(sink, 1, path));
            Assert.DoesNotContain("hidden", error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_damaged_object_fails_the_batch_by_the_name_that_the_producer_gave_it()
    {
        using var sink = _fixture.NewSink();
        await _server.Store(_root).PutAsync("text.parquet", "id,name\n1,a\n"u8.ToArray(), Ct);

        var error = await Assert.ThrowsAsync<PermanentBatchException>(() => ApplyAsync(sink, 1, $"{_root}/text.parquet"));

        Assert.StartsWith($"{_root}/text.parquet is not a Parquet file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttling_cuts_and_refusals_mean_not_now()
    {
        using var sink = _fixture.NewSink();
        var path = await PutAsync("one.parquet", "SELECT hash(range) AS id FROM range(20000)");

        foreach (var (fault, why) in new[]
        {
            (S3Fault.Refused(503, "SlowDown"), "throttles"), (S3Fault.CutAfter(2_000), "can't be reached"),
            (S3Fault.Refused(403, "AccessDenied", "tester"), "refuses this silo"),
        })
        {
            _proxy.Fault = (_, _) => fault;
            var error = await Assert.ThrowsAsync<SinkNotReadyException>(() => ApplyAsync(sink, 1, path));
            Assert.StartsWith($"{path} can't be read now", error.Message, StringComparison.Ordinal);
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("tester", error.ToString(), StringComparison.Ordinal);
        }

        _proxy.Fault = (_, _) => null;
        Assert.Equal(20_000, (await ApplyAsync(sink, 1, path)).RowsApplied);
    }

    [Fact]
    public async Task An_object_that_the_scratch_directory_can_not_hold_waits_and_names_the_setting()
    {
        _fixture.Options.ScratchMegabytes = 1;
        using var sink = _fixture.NewSink();
        var path = await PutAsync("large.parquet", "SELECT hash(range) AS id FROM range(300000)");

        var error = await Assert.ThrowsAsync<SinkNotReadyException>(() => ApplyAsync(sink, 1, path));

        Assert.Equal(NotReadyCode.NoSpace, error.Code);
        Assert.Contains("raise ScratchMegabytes", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> PutAsync(string name, string select)
    {
        var file = _fixture.Parquet.Write($"{Guid.NewGuid():N}.parquet", select);
        await _server.Store(_root).PutAsync(name, await File.ReadAllBytesAsync(file, Ct), Ct);
        return $"{_root}/{name}";
    }

    private Task<BatchResult> ApplyAsync(DuckDbSink sink, long seq, string path) =>
        sink.ApplyAsync(TestBatch.Call(_fixture.Batch(seq, path)), Ct);
}
