using System.Text;

using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Stores;

// A slow, throttling or cut-off S3, by a proxy before a real one.
public sealed class S3FaultTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private S3Server _server = null!;
    private S3Proxy _proxy = null!;
    private ScratchCache _scratch = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RadosGateway.OfTheRunAsync();
        _proxy = new S3Proxy(_server.Url);
        _scratch = new ScratchCache(_folder.Path, megabytes: 8);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _scratch.Dispose();
        _folder.Dispose();
    }

    // A fresh connection and one from the pool lose their answers in different ways.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_answer_is_not_taken_for_a_lost_race(bool pooled)
    {
        var store = Store();
        if (pooled)
        {
            await store.TryReadAsync("none", Ct);
        }

        var puts = 0;
        _proxy.Fault = (method, _) => method == "PUT" && ++puts == 1 ? S3Fault.Swallowed : null;

        var error = await Assert.ThrowsAsync<StoreException>(() => store.TryCreateAsync("log/1", "mine"u8.ToArray(), Ct));

        Assert.Equal(StoreTrouble.Passing, error.Trouble);
        Assert.Contains("read back who has it", error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", Encoding.UTF8.GetString((await store.TryReadAsync("log/1", Ct))!));
        Assert.Equal(2, puts);
    }

    [Fact]
    public async Task A_put_that_the_store_has_not_seen_is_tried_again_and_wins()
    {
        var puts = 0;
        _proxy.Fault = (method, _) => method == "PUT" && ++puts <= 2 ? S3Fault.Refused(409, "ConditionalRequestConflict") : null;

        Assert.True(await Store().TryCreateAsync("log/1", new byte[1], Ct));
        Assert.Equal(3, puts);
    }

    [Fact]
    public async Task Throttling_is_waited_out_a_bounded_number_of_times()
    {
        var store = Store();
        var requests = 0;
        _proxy.Fault = (_, _) => ++requests <= 3 ? S3Fault.Refused(503, "SlowDown") : null;
        Assert.Null(await store.TryReadAsync("none", Ct));

        requests = 0;
        _proxy.Fault = (_, _) => ++requests > 0 ? S3Fault.Refused(503, "SlowDown") : null;
        var error = await Assert.ThrowsAsync<StoreException>(() => store.TryReadAsync("none", Ct));

        Assert.Equal((StoreTrouble.Passing, 5), (error.Trouble, requests));
        Assert.Contains("(HTTP 503, SlowDown)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_download_is_begun_anew_and_half_of_one_is_never_read()
    {
        var store = Store();
        var bytes = Encoding.ASCII.GetBytes(new string('x', 1 << 20));
        await store.PutAsync("data", bytes, Ct);
        _proxy.Fault = (method, _) => method == "GET" ? S3Fault.CutAfter(300_000) : null;
        var error = await Assert.ThrowsAsync<StoreException>(() => store.TryFetchAsync("data", Ct));

        var gets = 0;
        _proxy.Fault = (method, _) => method == "GET" && ++gets == 1 ? S3Fault.CutAfter(300_000) : null;
        using var file = await store.TryFetchAsync("data", Ct);

        Assert.Equal(StoreTrouble.Passing, error.Trouble);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file!.Path, Ct));
        Assert.Equal(2, gets);
        Assert.Equal(file.Path, Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(file.Path)!)));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_given_up()
    {
        var store = Store(options => (options.Timeout, options.MaxAttempts) = (TimeSpan.FromMilliseconds(300), 2));
        _proxy.Fault = (_, _) => S3Fault.Stalled;

        var read = await Assert.ThrowsAsync<StoreException>(() => store.TryReadAsync("none", Ct));
        var created = await Assert.ThrowsAsync<StoreException>(() => store.TryCreateAsync("log/1", new byte[1], Ct));

        Assert.Equal((StoreTrouble.Passing, StoreTrouble.Passing), (read.Trouble, created.Trouble));
        Assert.Contains("gave no answer in time", read.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "AccessDenied", StoreTrouble.Unwritable, "refuses this silo")]
    [InlineData(403, "RequestTimeTooSkewed", StoreTrouble.Unwritable, "this host's clock is wrong")]
    [InlineData(403, "QuotaExceeded", StoreTrouble.NoSpace, "has no room left")]
    [InlineData(507, "XMinioStorageFull", StoreTrouble.NoSpace, "has no room left")]
    [InlineData(400, "ExpiredToken", StoreTrouble.Unwritable, "the credentials have expired")]
    [InlineData(301, "PermanentRedirect", StoreTrouble.Unwritable, "set AWS_REGION")]
    [InlineData(501, "NotImplemented", StoreTrouble.Unfit, "does not know a call")]
    [InlineData(500, "InternalError", StoreTrouble.Passing, "trouble of its own")]
    [InlineData(429, "TooManyRequests", StoreTrouble.Passing, "throttles")]
    public async Task Each_refusal_says_what_to_do_and_repeats_no_secret(int status, string code, StoreTrouble trouble, string says)
    {
        var store = Store(options => options.MaxAttempts = 2);
        _proxy.Fault = (_, _) => S3Fault.Refused(status, code, "The key tester with testersecret is wrong");

        foreach (var call in new Func<Task>[]
        {
            () => store.TryCreateAsync("a", new byte[1], Ct), () => store.PutAsync("a", new byte[1], Ct),
            () => store.TryReadAsync("a", Ct), () => store.TryFetchAsync("a", Ct), () => store.DeleteAsync(["a"], Ct),
            () => store.ListAsync("", null, Ct).ToListAsync(Ct).AsTask(),
        })
        {
            var error = await Assert.ThrowsAsync<StoreException>(call);
            Assert.Equal(trouble, error.Trouble);
            Assert.Contains(says, error.Message, StringComparison.Ordinal);
            Assert.StartsWith(store.Address, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("tester", error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_complete_draft_needs_no_download_and_neither_does_a_copy_with_a_name_of_its_own()
    {
        var store = Store();
        var name = $"part-{Guid.NewGuid()}.parquet";
        using (var draft = store.Draft(name))
        {
            await File.WriteAllTextAsync(draft.Path, "rows", Ct);
            await draft.CompleteAsync(Ct);
        }

        using var first = await store.TryFetchAsync(name, Ct);
        using var second = await store.TryFetchAsync(name, Ct);

        Assert.Equal("rows", await File.ReadAllTextAsync(second!.Path, Ct));
        Assert.Equal(0, _proxy.Count("GET"));
    }

    // A table that is made anew has a checkpoint of the same name.
    [Fact]
    public async Task A_copy_whose_name_may_come_again_is_asked_for_and_sent_only_if_it_has_changed()
    {
        var store = Store();
        await store.PutAsync("10.checkpoint", "old"u8.ToArray(), Ct);
        using var first = await store.TryFetchAsync("10.checkpoint", Ct);
        using var same = await store.TryFetchAsync("10.checkpoint", Ct);
        await _server.Store(store.Address).PutAsync("10.checkpoint", "new"u8.ToArray(), Ct);
        using var other = await store.TryFetchAsync("10.checkpoint", Ct);

        Assert.Equal(first!.Path, same!.Path);
        Assert.Equal("new", await File.ReadAllTextAsync(other!.Path, Ct));
        Assert.Equal("old", await File.ReadAllTextAsync(first.Path, Ct));
        Assert.Equal(3, _proxy.Count("GET"));
    }

    private S3Store Store(Action<S3StoreOptions>? change = null) => _server.Store(
        change: options =>
        {
            options.Endpoint = _proxy.Url;
            change?.Invoke(options);
        },
        scratch: _scratch);
}
