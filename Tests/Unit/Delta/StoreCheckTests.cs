using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;
using OrleansBatch.Tests.Unit.DeltaLog;

namespace OrleansBatch.Tests.Unit.Delta;

public sealed class StoreCheckTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly UnsureStore _store;

    public StoreCheckTests() => _store = new UnsureStore(new DirectoryStore(_directory.Path));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_directory_passes_and_nothing_is_left_in_it()
    {
        await new StoreCheck(_store, TimeProvider.System).RunAsync(Ct);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task A_store_that_writes_over_what_is_there_is_refused()
    {
        _store.AfterCreate = (_, _) => true;

        var error = await Assert.ThrowsAsync<SinkRefusedException>(() => new StoreCheck(_store, TimeProvider.System).RunAsync(Ct));

        Assert.StartsWith($"{_directory.Path} has overwritten an object", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_away_is_checked_when_it_is_back_and_only_once()
    {
        var check = new StoreCheck(_store, TimeProvider.System);
        _store.BeforeCreate = _ => throw UnsureStore.LostAnswer;
        await check.RunAsync(Ct);
        await Assert.ThrowsAsync<StoreException>(check.MakeUpAsync);
        var created = 0;
        _store.BeforeCreate = _ => created++;
        _store.AfterCreate = (_, _) => true;
        Assert.Equal(StoreTrouble.Unfit, (await Assert.ThrowsAsync<StoreException>(check.MakeUpAsync)).Trouble);
        _store.AfterCreate = (_, made) => made;
        await check.MakeUpAsync();
        var before = created;

        await check.MakeUpAsync();

        Assert.True(before > 0 && before == created);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_lets_the_silo_start()
    {
        using var answer = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        _store.BeforeCreate = _ =>
        {
            asked.Set();
            answer.Wait(Ct);
        };
        var time = new FakeTimeProvider();

        var check = new StoreCheck(_store, time).RunAsync(Ct);
        asked.Wait(Ct);
        Assert.False(check.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));

        await check;
        answer.Set();
    }
}
