using System.Text;

using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Tests.Unit.Stores;

// What every store owes to those who make tables of its objects.
public abstract class StoreContract
{
    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_taken_name_is_not_written_again()
    {
        var store = await StoreAsync();

        Assert.True(await CreateAsync(store, "log/1", "first"));
        Assert.False(await CreateAsync(store, "log/1", "second"));

        Assert.Equal("first", await TextAsync(store, "log/1"));
        Assert.Equal("log/1", await NamesAsync(store));
    }

    [Fact]
    public async Task Of_many_that_want_one_name_exactly_one_gets_it()
    {
        var store = await StoreAsync();
        for (var round = 0; round < 10; round++)
        {
            var name = $"log/{round}";
            var writers = Enumerable.Range(0, 8);
            var won = await Task.WhenAll(writers.Select(writer => Task.Run(() => CreateAsync(store, name, $"{writer}"), Ct)));

            Assert.Single(won, true);
            Assert.Equal($"{Array.IndexOf(won, true)}", await TextAsync(store, name));
        }
    }

    [Fact]
    public async Task A_put_replaces_what_was_there()
    {
        var store = await StoreAsync();

        await store.PutAsync("hint", Encoding.UTF8.GetBytes("old and long"), Ct);
        await store.PutAsync("hint", Encoding.UTF8.GetBytes("new"), Ct);

        Assert.Equal("new", await TextAsync(store, "hint"));
    }

    [Fact]
    public async Task An_object_that_is_missing_is_null()
    {
        var store = await StoreAsync();

        Assert.Null(await store.TryReadAsync("none", Ct));
        Assert.Null(await store.TryReadAsync("no/such/object", Ct));
        Assert.Null(await store.TryFetchAsync("none", Ct));
        Assert.Equal("", await NamesAsync(store));
        await store.DeleteAsync(["none", "no/such"], Ct);
    }

    [Fact]
    public async Task A_complete_draft_is_an_object_that_can_be_fetched()
    {
        var store = await StoreAsync();

        Assert.Equal(4, await DraftAsync(store, "deep/data", "rows"));

        using var file = await store.TryFetchAsync("deep/data", Ct);
        Assert.Equal("rows", await File.ReadAllTextAsync(file!.Path, Ct));
        Assert.Equal("rows", await TextAsync(store, "deep/data"));
    }

    [Fact]
    public async Task An_incomplete_draft_leaves_nothing()
    {
        var store = await StoreAsync();
        string path;
        using (var draft = store.Draft("deep/data"))
        {
            path = draft.Path;
            await File.WriteAllTextAsync(path, "half", Ct);
        }

        Assert.False(File.Exists(path));
        Assert.Null(await store.TryFetchAsync("deep/data", Ct));
    }

    [Fact]
    public async Task Objects_are_listed_in_the_order_of_their_bytes_from_where_the_caller_says()
    {
        var store = await StoreAsync();
        string[] names = ["a-b", "a/b-", "a/b/c", "a/b0", "a0", "b/\uE000", "b/\U00010000", "c/x"];
        foreach (var name in names.Reverse())
        {
            await CreateAsync(store, name, name);
        }

        Assert.Equal(string.Join(' ', names), await NamesAsync(store));
        Assert.Equal("a/b- a/b/c a/b0", await NamesAsync(store, "a/"));
        Assert.Equal("a/b/c a/b0", await NamesAsync(store, "a/b", "a/b-"));
        Assert.Equal("b/\U00010000 c/x", await NamesAsync(store, "", "b/\uE000"));
        Assert.Equal("", await NamesAsync(store, "d"));
        Assert.Equal("", await NamesAsync(store, "", "d"));
    }

    [Fact]
    public async Task A_listed_object_has_its_length_and_time()
    {
        var store = await StoreAsync();
        await CreateAsync(store, "a", "12345");

        var found = Assert.Single(await store.ListAsync("", null, Ct).ToListAsync(Ct));

        Assert.Equal(5, found.Length);
        Assert.InRange(TimeProvider.System.GetUtcNow() - found.Modified, TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_store_below_another_has_names_of_its_own()
    {
        var store = await StoreAsync();
        var below = store.Below("7/flights");
        await CreateAsync(below, "log/1", "x");

        Assert.Equal($"{store.Address}/7/flights", below.Address);
        Assert.Equal("log/1", await NamesAsync(below));
        Assert.Equal("7/flights/log/1", await NamesAsync(store));
        await below.DeleteAsync(["log/1"], Ct);
        Assert.Equal("", await NamesAsync(store));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData(".")]
    [InlineData("a/.hidden")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public async Task A_name_that_could_lead_elsewhere_is_refused(string name)
    {
        var store = await StoreAsync();

        await RefusedAsync("is not one for an object", () => CreateAsync(store, name, "x"));
        await RefusedAsync("is not one for an object", () => store.PutAsync(name, new byte[1], Ct));
        await RefusedAsync("is not one for an object", () => DraftAsync(store, name, "x"));
        await RefusedAsync("is not one for an object", () => store.TryReadAsync(name, Ct));
        await RefusedAsync("is not one for an object", () => store.TryFetchAsync(name, Ct));
        await RefusedAsync("is not one for an object", () => store.DeleteAsync([name], Ct));
        Assert.Throws<StoreException>(() => store.Below(name));
    }

    [Fact]
    public async Task A_name_that_is_no_unicode_is_refused()
    {
        var store = await StoreAsync();

        await RefusedAsync("is not valid Unicode", () => CreateAsync(store, "a\ud800", "x"));
    }

    [Fact]
    public async Task A_cancelled_call_writes_nothing()
    {
        var store = await StoreAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.TryCreateAsync("a", new byte[1], cancelled.Token));

        Assert.Equal("", await NamesAsync(store));
    }

    [Fact]
    public async Task The_probe_finds_nothing_amiss_and_leaves_nothing()
    {
        var store = await StoreAsync();

        await StoreProbe.CheckAsync(store, Ct);

        Assert.Equal("", await NamesAsync(store));
    }

    private protected abstract Task<IObjectStore> StoreAsync();

    private protected static Task<bool> CreateAsync(IObjectStore store, string name, string text) =>
        store.TryCreateAsync(name, Encoding.UTF8.GetBytes(text), Ct);

    private protected static async Task<long> DraftAsync(IObjectStore store, string name, string text)
    {
        using var draft = store.Draft(name);
        await File.WriteAllTextAsync(draft.Path, text, Ct);
        return await draft.CompleteAsync(Ct);
    }

    private protected static async Task<string> TextAsync(IObjectStore store, string name) =>
        Encoding.UTF8.GetString((await store.TryReadAsync(name, Ct))!);

    private protected static async Task<string> NamesAsync(IObjectStore store, string prefix = "", string? startAfter = null) =>
        string.Join(' ', await store.ListAsync(prefix, startAfter, Ct).Select(o => o.Name).ToListAsync(Ct));

    private protected static async Task RefusedAsync(string why, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<StoreException>(call);

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Equal(StoreTrouble.Other, error.Trouble);
    }
}
