using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Tests.Unit.Diagnostics;

// By the default options an owner that is alive gives a sign at least every 8 s, and a poll takes up to 6 s.
public sealed class LastOutageTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LastOutage _outage;

    public LastOutageTests()
    {
        _outage = new LastOutage(_time, Options.Create(new OrleansBatchOptions()));
        Poll(seconds: 1, succeeds: true);
    }

    public void Dispose() => _outage.Dispose();

    [Theory]
    [InlineData(3, false)] // The sign came when the database was back.
    [InlineData(6, true)]
    [InlineData(16, true)]
    [InlineData(23, true)]
    [InlineData(25, false)] // The owner was gone before.
    public void Polls_that_failed_explain_the_silence_of_owners_that_lived_when_they_began_to(int silentFor, bool explained)
    {
        Pass(seconds: 30);
        Poll(seconds: 11, succeeds: false);
        Assert.True(Explains(seconds: 12));
        Poll(seconds: 0, succeeds: true);
        Pass(seconds: 5);

        Assert.Equal(explained, Explains(silentFor));
    }

    [Fact]
    public void A_poll_that_is_late_explains_it_while_it_is_under_way_and_afterwards()
    {
        _outage.PollBegan();
        Pass(seconds: 6);
        Assert.False(Explains(seconds: 8));
        Pass(seconds: 2);
        Assert.True(Explains(seconds: 10));

        _outage.PollEnded(succeeded: true);

        Assert.True(Explains(seconds: 10));
        Pass(seconds: 3);
        Assert.False(Explains(seconds: 2));
    }

    [Fact]
    public void A_database_that_goes_away_again_at_once_was_away_all_the_time()
    {
        Poll(seconds: 11, succeeds: false);
        Poll(seconds: 1, succeeds: true);
        Poll(seconds: 1, succeeds: false);
        Poll(seconds: 1, succeeds: true);

        Assert.True(Explains(seconds: 20));
    }

    [Fact]
    public void Polls_in_time_explain_nothing()
    {
        for (var poll = 0; poll < 5; poll++)
        {
            Poll(seconds: 5, succeeds: true);
        }

        Assert.False(Explains(seconds: 1));
        Assert.False(Explains(seconds: 10));
    }

    // The server has ended the sessions of a silo that stood still, the poller's as well.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_silo_that_stood_still_itself_does_not_take_that_for_an_outage(bool succeeds)
    {
        Pass(seconds: 20);
        _outage.PollBegan();
        _time.Advance(TimeSpan.FromSeconds(17));
        _outage.PollEnded(succeeds);
        Poll(seconds: 0, succeeds: true);

        Assert.False(Explains(seconds: 16));
    }

    [Fact]
    public void A_silo_that_has_not_reached_the_database_yet_knows_nothing_of_an_owner_before_it()
    {
        using var started = new LastOutage(_time, Options.Create(new OrleansBatchOptions()));
        started.PollBegan();
        Pass(seconds: 1);
        started.PollEnded(succeeded: false);

        Assert.False(started.Explains(TimeSpan.FromSeconds(5)));
    }

    private bool Explains(int seconds) => _outage.Explains(TimeSpan.FromSeconds(seconds));

    private void Poll(int seconds, bool succeeds)
    {
        _outage.PollBegan();
        Pass(seconds);
        _outage.PollEnded(succeeds);
    }

    private void Pass(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
