using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Unit.Groups;

// A silo belongs to all groups at least half of the time.
public sealed class ExclusiveRunTests : IDisposable
{
    private static readonly LockKey _one = new(1, 1);
    private static readonly LockKey _two = new(1, 2);

    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly GroupSlots _slots;
    private readonly ExclusiveRun _run;
    private int _turns;

    public ExclusiveRunTests()
    {
        var options = Microsoft.Extensions.Options.Options.Create(new OrleansBatchOptions());
        var health = new EngineHealth(_time, options);
        var meters = _services.GetRequiredService<IMeterFactory>();
        var instruments = new OrleansBatchInstruments(meters, health, new TeamInstruments(meters, _time, options));
        _slots = new GroupSlots(options, instruments);
        _run = new ExclusiveRun(_slots, options, _time);
    }

    [Fact]
    public async Task The_silo_is_not_closed_again_before_it_was_open_for_as_long_as_it_was_closed()
    {
        await using (await EnterAsync(_one))
        {
            Assert.True(_slots.IsClosed);
            _time.Advance(TimeSpan.FromSeconds(40));
        }

        _time.Advance(TimeSpan.FromSeconds(39.9));
        Assert.Null(await EnterAsync(_two));
        Assert.False(_slots.IsClosed);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.NotNull(await EnterAsync(_two));
    }

    [Fact]
    public async Task A_silo_that_waited_in_vain_until_it_was_empty_stays_open_for_as_long()
    {
        Assert.True(_slots.TryTake(7));
        Assert.True(_slots.TryTake(8));
        var waiting = EnterAsync(_one);
        while (!waiting.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Null(await waiting);
        _slots.Return(8, pollAtOnce: false);

        Assert.Null(await EnterAsync(_two));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(await EnterAsync(_two));
    }

    [Fact]
    public async Task A_silo_without_the_turn_stays_open_and_the_turn_goes_back_at_the_end()
    {
        Assert.Null((await _run.TryEnterAsync(_one, () => Task.FromResult<IAsyncDisposable?>(null), CancellationToken.None)).Alone);
        Assert.False(_slots.IsClosed);

        await using (await EnterAsync(_one))
        {
            Assert.Equal(1, _turns);
        }

        Assert.Equal(0, _turns);
        Assert.False(_slots.IsClosed);
    }

    public void Dispose()
    {
        _slots.Dispose();
        _services.Dispose();
    }

    private async Task<IAsyncDisposable?> EnterAsync(LockKey key) =>
        (await _run.TryEnterAsync(key, () => Task.FromResult<IAsyncDisposable?>(new Turn(this)), CancellationToken.None)).Alone;

    private sealed class Turn : IAsyncDisposable
    {
        private readonly ExclusiveRunTests _test;

        public Turn(ExclusiveRunTests test)
        {
            _test = test;
            _test._turns++;
        }

        public ValueTask DisposeAsync()
        {
            _test._turns--;
            return ValueTask.CompletedTask;
        }
    }
}
