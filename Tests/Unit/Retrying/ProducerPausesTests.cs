using Npgsql;
using OrleansBatch.Producer;

namespace OrleansBatch.Tests.Unit.Retrying;

public sealed class ProducerPausesTests
{
    [Fact]
    public async Task A_producers_pauses_double_from_its_first_to_its_longest_one()
    {
        var clock = new HastyClock();
        var retries = new Retries(new BatchProducerOptions
        {
            MaxRetries = 4, FirstPause = TimeSpan.FromSeconds(100), LongestPause = TimeSpan.FromSeconds(350), TimeProvider = clock,
        });

        await Assert.ThrowsAsync<NpgsqlException>(() => retries.RunAsync<int>(
            _ => throw new NpgsqlException("Away.", new TimeoutException()), TestContext.Current.CancellationToken));

        Assert.Equal(4, clock.Pauses.Count);
        Assert.All(clock.Pauses.Zip([100.0, 200, 350, 350]), p => Assert.InRange(p.First.TotalSeconds, p.Second / 2, p.Second));
    }

    // Notes how long somebody wants to wait, and lets the time be over at once.
    private sealed class HastyClock : TimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
