using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DuckDb;

// Trouble of the destination means "not now". Trouble that a batch makes is the batch's.
public sealed class TroubleTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_full_disk_means_not_now_less_and_less_often_until_there_is_room()
    {
        using var disk = new SmallDisk(_fixture.Options.LakeDirectory, megabytes: 24);
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        var filler = Path.Combine(disk.Directory, "filler");
        await File.WriteAllBytesAsync(filler, new byte[20 << 20], TestContext.Current.CancellationToken);
        var large = _fixture.BatchOf(2, "SELECT hash(range) AS id FROM range(600000)");

        var first = await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.ApplyAsync(large));
        var second = await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.ApplyAsync(large));
        File.Delete(filler);
        await _fixture.ApplyAsync(large);

        Assert.Contains("is full; make room there", first.Message, StringComparison.Ordinal);
        Assert.Contains("No space left on device", first.Detail, StringComparison.Ordinal);
        Assert.Equal([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)], [first.RetryAfter, second.RetryAfter]);
        Assert.Equal("600001", await _fixture.RowsAsync("SELECT count(*) FROM flights"));
    }

    [Fact]
    public async Task A_wait_is_five_minutes_at_most_and_short_again_after_a_success()
    {
        using var disk = new SmallDisk(_fixture.Options.LakeDirectory, megabytes: 8);
        var filler = Path.Combine(disk.Directory, "filler");
        var batch = _fixture.BatchOf(1, "SELECT 1 AS id");
        await File.WriteAllBytesAsync(filler, new byte[(8 << 20) - 4096], TestContext.Current.CancellationToken);
        var waits = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            waits.Add((await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.ApplyAsync(batch))).RetryAfter.TotalSeconds);
        }

        File.Delete(filler);
        await _fixture.ApplyAsync(batch);
        await _fixture.Sink.ReleaseAsync(_fixture.Group, TestContext.Current.CancellationToken);
        disk.MakeReadOnly();
        var later = await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS id")));

        Assert.Equal([10, 20, 40, 80, 160, 300, 300, 300], waits);
        Assert.Equal(10, later.RetryAfter.TotalSeconds);
    }

    [Fact]
    public async Task A_batch_that_needs_more_memory_than_it_may_use_fails_and_names_the_setting()
    {
        _fixture.Options.MemoryLimitMegabytes = 24;
        var batch = _fixture.BatchOf(1, "SELECT [repeat('x', 60000000)] AS id", SyncType.Incremental, "id");

        var error = await Assert.ThrowsAsync<IOException>(() => _fixture.ApplyAsync(batch));

        Assert.Contains("(24 MB)", error.Message, StringComparison.Ordinal);
        Assert.Contains("Raise MemoryLimitMegabytes", error.Message, StringComparison.Ordinal);
    }
}
