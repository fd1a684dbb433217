using OrleansBatch.Sinks.Stores;
using OrleansBatch.Sinks.Stores.Scratch;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Stores;

public sealed class ScratchCacheTests : IDisposable
{
    private const int ThirdOfRoom = 340_000;

    private readonly TempDirectory _folder = new();
    private readonly ScratchCache _cache;
    private readonly List<string> _fetched = [];

    public ScratchCacheTests() => _cache = new ScratchCache(_folder.Path, megabytes: 1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Own => Assert.Single(Directory.EnumerateDirectories(_folder.Path));

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_not_used_for_the_longest_time_goes_first()
    {
        foreach (var name in "abcabdb")
        {
            (await FetchAsync($"{name}")).Dispose();
        }

        Assert.Equal("a b c d", string.Join(' ', _fetched));
        Assert.Equal(3, Directory.EnumerateFiles(Own).Count());
        (await FetchAsync("c")).Dispose();
        Assert.Equal("a b c d c", string.Join(' ', _fetched));
    }

    [Fact]
    public async Task What_is_in_use_stays_and_the_sentence_names_the_setting()
    {
        using var a = await FetchAsync("a");
        using var b = await FetchAsync("b");
        using var c = await FetchAsync("c");

        var error = await Assert.ThrowsAsync<StoreException>(() => FetchAsync("d"));

        Assert.Equal(StoreTrouble.NoSpace, error.Trouble);
        Assert.Contains("raise ScratchMegabytes", error.Message, StringComparison.Ordinal);
        Assert.All([a, b, c], file => Assert.Equal(ThirdOfRoom, new FileInfo(file.Path).Length));
        b.Dispose();
        using var d = await FetchAsync("d");
        Assert.False(File.Exists(b.Path));
    }

    [Fact]
    public async Task A_fetch_that_fails_leaves_room_and_no_file()
    {
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<IOException>(() => _cache.FetchAsync(
                "a",
                mayHaveChanged: false,
                (path, _, reserve) =>
                {
                    reserve(2 * ThirdOfRoom);
                    File.WriteAllText(path, "half");
                    throw new IOException("cut");
                },
                Ct));
        }

        Assert.Empty(Directory.EnumerateFiles(Own));
        using var a = await FetchAsync("a");
    }

    [Fact]
    public async Task Of_many_that_want_one_object_one_asks_for_it()
    {
        var answer = new TaskCompletionSource();
        var all = Enumerable.Range(0, 8).Select(_ => Task.Run(() => FetchAsync("a", answer.Task), Ct)).ToList();
        await Eventually.UntilAsync(() => Task.FromResult(_fetched.Count == 1), TimeSpan.FromSeconds(10), "one has asked");
        answer.SetResult();

        foreach (var file in await Task.WhenAll(all))
        {
            Assert.Equal(ThirdOfRoom, new FileInfo(file.Path).Length);
            file.Dispose();
        }

        Assert.Single(_fetched);
    }

    [Fact]
    public async Task Copies_are_for_the_silo_alone_and_go_with_it()
    {
        using (var cache = new ScratchCache(_folder.Combine("other"), megabytes: 1))
        {
            File.WriteAllText(cache.NewPath(), "x");
            var own = Assert.Single(Directory.EnumerateDirectories(_folder.Combine("other")));

            Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(own));
            Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_folder.Combine("other")));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Combine("other")));
        (await FetchAsync("a")).Dispose();
    }

    [Fact]
    public async Task What_a_dead_process_left_goes_at_the_next_start_and_what_lives_stays()
    {
        using var living = await FetchAsync("a");
        Directory.CreateDirectory(_folder.Combine("1-dead"));
        await File.WriteAllTextAsync(_folder.Combine("1-dead", "1"), "left", Ct);
        await File.WriteAllTextAsync(_folder.Combine("1-dead.lock"), "", Ct);

        using var next = new ScratchCache(_folder.Path, megabytes: 1);
        next.NewPath();

        Assert.False(Directory.Exists(_folder.Combine("1-dead")));
        Assert.False(File.Exists(_folder.Combine("1-dead.lock")));
        Assert.True(File.Exists(living.Path));
        Assert.Equal(2, Directory.EnumerateDirectories(_folder.Path).Count());
    }

    private async Task<ScratchFile> FetchAsync(string key, Task? answer = null) => (await _cache.FetchAsync(
        key,
        mayHaveChanged: false,
        async (path, _, reserve) =>
        {
            lock (_fetched)
            {
                _fetched.Add(key);
            }

            await (answer ?? Task.CompletedTask);
            reserve(ThirdOfRoom);
            await File.WriteAllBytesAsync(path, new byte[ThirdOfRoom]);
            return new Fetched(ThirdOfRoom, null);
        },
        Ct))!;
}
