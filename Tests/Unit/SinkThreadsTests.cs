using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Tests.Unit;

public sealed class SinkThreadsTests : IDisposable
{
    private const int Count = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly SinkThreads _threads = new(Count);

    public void Dispose() => _threads.Dispose();

    [Fact]
    public async Task Calls_that_come_one_after_the_other_stay_on_one_thread()
    {
        var used = new List<int>();
        for (var i = 0; i < 40; i++)
        {
            await _threads.RunAsync(() => Note(used));

            // A call has ended before its thread is idle again.
            await Task.Delay(5, Ct);
        }

        // On a busy machine a thread is idle later than the next call comes. In turn each thread would have a quarter.
        Assert.True(used.GroupBy(t => t).Max(g => g.Count()) > 20, string.Join(' ', used));
    }

    [Fact]
    public async Task As_many_calls_as_threads_block_at_the_same_time_and_one_more_waits()
    {
        using var together = new Barrier(Count + 1);
        var blocked = Enumerable.Range(0, Count).Select(_ => _threads.RunAsync(() => Meet(together))).ToList();
        var ran = false;
        var more = _threads.RunAsync(() => Task.FromResult(ran = true));

        Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(30), Ct));
        Assert.False(ran);
        Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(30), Ct));
        await Task.WhenAll([.. blocked, more]);
        Assert.True(ran);
    }

    [Fact]
    public async Task What_is_queued_when_the_threads_end_is_run_and_nothing_after_it()
    {
        using var together = new Barrier(Count + 1);
        var blocked = Enumerable.Range(0, Count).Select(_ => _threads.RunAsync(() => Meet(together))).ToList();
        var ran = 0;
        var queued = Enumerable.Range(0, 10).Select(_ => _threads.RunAsync(() => Task.FromResult(Interlocked.Increment(ref ran)))).ToList();
        Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(30), Ct));

        _threads.Dispose();
        Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(30), Ct));
        await Task.WhenAll([.. blocked, .. queued]);

        Assert.Equal(10, ran);
        await Assert.ThrowsAnyAsync<Exception>(() => _threads.RunAsync(() => Task.CompletedTask));
    }

    private static Task Note(List<int> used)
    {
        used.Add(Environment.CurrentManagedThreadId);
        return Task.CompletedTask;
    }

    // The threads meet once all of them are here, and again when the test lets them go.
    private static Task Meet(Barrier together)
    {
        together.SignalAndWait(Ct);
        together.SignalAndWait(Ct);
        return Task.CompletedTask;
    }
}
