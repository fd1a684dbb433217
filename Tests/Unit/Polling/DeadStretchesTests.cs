using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Polling;

namespace OrleansBatch.Tests.Unit.Polling;

// No wakeup starves in a stretch that is thought to be dead.
// All stretches are forgotten in time, the sooner the less there is to read again.
public sealed class DeadStretchesTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(100_000, 4)]
    [InlineData(100_000_000, 10)]
    public void Stretches_are_forgotten_in_time(long entries, int seconds)
    {
        var known = new DeadStretches(_time);
        known.Note([Of(1, 10, entries)]);

        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Single(known.Current);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(known.Current);
    }

    // Without this rule a stretch that grows at every poll would be known for ever.
    [Fact]
    public void A_stretch_that_grows_is_not_known_for_longer()
    {
        var known = new DeadStretches(_time);
        for (var second = 0; second < 10; second++)
        {
            known.Note([Of(1, 10 + second, 1_000_000)]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(19, Assert.Single(known.Current).ToTeam);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(known.Current);
    }

    [Fact]
    public void The_largest_are_kept()
    {
        var known = new DeadStretches(_time);
        known.Note(Enumerable.Range(1, 100).Select(i => Of(i, i + 1, i)));

        Assert.Equal(Enumerable.Range(37, 64), known.Current.Select(s => (int)s.Entries).Order());
    }

    private static DeadStretch Of(long after, long to, long entries) => new(1, after, 0, to, 0, 0, entries);
}
