using System.Text;

using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Stores;

public sealed class DirectoryStoreTests : StoreContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Files_and_directories_are_for_the_silo_alone_whatever_the_directory_above_allows()
    {
        var store = new DirectoryStore(_directory.Combine("lake"));

        await CreateAsync(store, "a/b/log", "x");
        await DraftAsync(store, "a/data", "rows");

        Assert.Equal(["0700", "0700", "0700", "0600", "0600"], Modes("lake", "lake/a", "lake/a/b", "lake/a/b/log", "lake/a/data"));
    }

    [Fact]
    public async Task Others_may_read_a_lake_that_is_said_to_be_theirs_too()
    {
        var store = new DirectoryStore(_directory.Combine("lake"), othersMayRead: true);

        await CreateAsync(store, "a/log", "x");
        await DraftAsync(store, "a/data", "rows");

        Assert.Equal(["0755", "0755", "0644", "0644"], Modes("lake", "lake/a", "lake/a/log", "lake/a/data"));
    }

    [Fact]
    public async Task A_symbolic_link_below_the_store_leads_no_call_out_of_it()
    {
        var store = new DirectoryStore(_directory.Combine("lake"));
        await CreateAsync(store, "a/log", "x");
        Directory.CreateDirectory(_directory.Combine("out"));
        await File.WriteAllTextAsync(_directory.Combine("out", "kept"), "theirs", Ct);
        Directory.CreateSymbolicLink(_directory.Combine("lake", "link"), _directory.Combine("out"));
        File.CreateSymbolicLink(_directory.Combine("lake", "file"), _directory.Combine("out", "kept"));

        foreach (var name in new[] { "link/kept", "link/new", "link/deep/new", "file" })
        {
            await RefusedAsync("is a symbolic link", () => CreateAsync(store, name, "y"));
            await RefusedAsync("is a symbolic link", () => store.PutAsync(name, Encoding.UTF8.GetBytes("y"), Ct));
            await RefusedAsync("is a symbolic link", () => DraftAsync(store, name, "y"));
            await RefusedAsync("is a symbolic link", () => store.TryReadAsync(name, Ct));
            await RefusedAsync("is a symbolic link", () => store.TryFetchAsync(name, Ct));
            await RefusedAsync("is a symbolic link", () => store.DeleteAsync([name], Ct));
        }

        Assert.Equal("a/log", await NamesAsync(store));
        Assert.Equal("theirs", await File.ReadAllTextAsync(_directory.Combine("out", "kept"), Ct));
        Assert.Single(Directory.EnumerateFileSystemEntries(_directory.Combine("out")));
    }

    [Fact]
    public async Task The_stores_own_directory_may_be_a_link()
    {
        Directory.CreateDirectory(_directory.Combine("real"));
        Directory.CreateSymbolicLink(_directory.Combine("lake"), "real");

        await CreateAsync(new DirectoryStore(_directory.Combine("lake")), "a/log", "x");

        Assert.True(File.Exists(_directory.Combine("real", "a", "log")));
    }

    [Fact]
    public async Task A_full_disk_is_told_apart_and_leaves_nothing_half()
    {
        using var disk = new SmallDisk(_directory.Combine("disk"), megabytes: 1);
        var store = new DirectoryStore(Path.Combine(disk.Directory, "lake"));
        await CreateAsync(store, "a/1", "x");

        var error = await Assert.ThrowsAsync<StoreException>(() => store.TryCreateAsync("a/2", new byte[2 << 20], Ct));

        Assert.Equal(StoreTrouble.NoSpace, error.Trouble);
        Assert.Contains($"The disk that holds {disk.Directory}/lake is full", error.Message, StringComparison.Ordinal);
        Assert.Equal([$"{disk.Directory}/lake/a/1"], Directory.EnumerateFiles(Path.Combine(disk.Directory, "lake", "a")));
    }

    [Fact]
    public async Task A_disk_that_only_reads_can_be_read()
    {
        using var disk = new SmallDisk(_directory.Combine("disk"), megabytes: 1);
        var store = new DirectoryStore(Path.Combine(disk.Directory, "lake"));
        await CreateAsync(store, "a/1", "x");
        disk.MakeReadOnly();

        var error = await Assert.ThrowsAsync<StoreException>(() => CreateAsync(store, "a/2", "x"));

        Assert.Equal(StoreTrouble.Unwritable, error.Trouble);
        Assert.Contains("mounted, writable and sound", error.Message, StringComparison.Ordinal);
        Assert.Equal("a/1", await NamesAsync(new DirectoryStore(Path.Combine(disk.Directory, "lake"))));
    }

    [Fact]
    public async Task A_store_whose_mount_is_lost_is_not_an_empty_one()
    {
        var disk = new SmallDisk(_directory.Combine("disk"), megabytes: 1);
        var store = new DirectoryStore(Path.Combine(disk.Directory, "lake"));
        await CreateAsync(store, "a/1", "x");
        disk.Dispose();

        await GoneAsync(() => CreateAsync(store, "a/2", "x"));
        await GoneAsync(() => DraftAsync(store, "a/3", "x"));
        await GoneAsync(() => store.PutAsync("a/1", new byte[1], Ct));
        await GoneAsync(() => store.TryReadAsync("a/1", Ct));
        await GoneAsync(() => store.TryFetchAsync("a/1", Ct));
        await GoneAsync(() => store.DeleteAsync(["a/1"], Ct));
        await GoneAsync(() => NamesAsync(store));
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Directory));
    }

    [Fact]
    public async Task What_a_killed_process_left_is_never_listed_and_taken_away_in_a_day()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var store = new DirectoryStore(_directory.Path, time: time);
        var left = _directory.Combine($".{Guid.NewGuid():N}.tmp");
        var other = _directory.Combine(".another.tmp");
        await File.WriteAllTextAsync(left, "half", Ct);
        await File.WriteAllTextAsync(other, "not ours", Ct);

        Assert.Equal("", await NamesAsync(store));
        Assert.True(File.Exists(left));
        time.Advance(TimeSpan.FromHours(25));
        Assert.Equal("", await NamesAsync(store));

        Assert.False(File.Exists(left));
        Assert.True(File.Exists(other));
    }

    [Fact]
    public async Task Directories_that_become_empty_go_with_their_last_object()
    {
        var store = new DirectoryStore(_directory.Combine("lake"));
        await CreateAsync(store, "a/b/1", "x");
        await CreateAsync(store, "a/2", "x");

        await store.DeleteAsync(["a/b/1"], Ct);
        Assert.Equal([_directory.Combine("lake", "a", "2")], Directory.EnumerateFileSystemEntries(_directory.Combine("lake", "a")));
        await store.DeleteAsync(["a/2"], Ct);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Combine("lake")));
        await CreateAsync(store, "a/b/1", "again");
        await DraftAsync(store, "a/c/2", "again");
    }

    [Fact]
    public async Task An_object_is_written_although_another_process_takes_the_empty_directory_away()
    {
        var store = new DirectoryStore(_directory.Combine("lake"));
        await CreateAsync(store, "a/b/1", "x");
        Directory.Delete(_directory.Combine("lake", "a"), recursive: true);

        Assert.True(await CreateAsync(store, "a/b/2", "y"));
        Directory.Delete(_directory.Combine("lake", "a"), recursive: true);
        await DraftAsync(store, "a/b/3", "z");

        Assert.Equal("a/b/3", await NamesAsync(store));
    }

    private protected override Task<IObjectStore> StoreAsync() =>
        Task.FromResult<IObjectStore>(new DirectoryStore(_directory.Combine("lake")));

    private static async Task GoneAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<StoreException>(call);

        Assert.Equal(StoreTrouble.Unwritable, error.Trouble);
        Assert.Contains("was there and is gone", error.Message, StringComparison.Ordinal);
    }

    private IEnumerable<string> Modes(params string[] names) =>
        names.Select(n => $"0{Convert.ToString((int)File.GetUnixFileMode(_directory.Combine(n)), 8)}");
}
