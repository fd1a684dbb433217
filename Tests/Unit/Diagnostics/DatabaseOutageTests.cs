using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Diagnostics;

// A database that is away is logged in one line at the beginning and one at the end, with the failures in between counted.
public sealed class DatabaseOutageTests : IDisposable
{
    private static readonly NpgsqlException _gone = new("57P01: terminating connection");

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogs _logs = new();
    private readonly List<string> _said = [];
    private readonly ILoggerFactory _loggers;
    private readonly DatabaseOutage _outage;

    public DatabaseOutageTests()
    {
        _loggers = LoggerFactory.Create(b => b.AddProvider(_logs));
        _outage = new DatabaseOutage(_time, _loggers.CreateLogger<DatabaseOutage>());
    }

    public void Dispose()
    {
        _outage.Dispose();
        _loggers.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public void What_fails_before_and_during_an_outage_is_counted_in_its_two_lines()
    {
        Fail("a tenure that notices first");
        _outage.PollFailed(_gone);
        Fail("another one");
        _time.Advance(TimeSpan.FromSeconds(7));
        _outage.PollFailed(_gone);
        _outage.PollSucceeded();
        Fail("one that notices late");
        _time.Advance(TimeSpan.FromSeconds(2));
        _outage.PollSucceeded();
        Assert.Single(_logs.Of(220, 221));

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(
            [
                "The database does not answer. What fails for that is counted and not logged until it answers again. "
                    + "57P01: terminating connection",
                "The database answers again, after 00:00:07. Meanwhile 2 polls failed and 3 other calls, "
                    + "such as batches whose owner was lost.",
            ],
            _logs.Of(220, 221));
        Assert.Empty(_said);
    }

    [Fact]
    public void A_database_that_goes_away_again_at_once_is_one_outage()
    {
        _outage.PollFailed(_gone);
        _time.Advance(TimeSpan.FromSeconds(1));
        _outage.PollSucceeded();
        _time.Advance(TimeSpan.FromSeconds(1));
        _outage.PollFailed(_gone);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(_logs.Of(220, 221));

        _outage.PollSucceeded();
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Contains("after 00:00:12. Meanwhile 2 polls failed", _logs.Of(221).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_fails_while_the_polls_succeed_is_logged_a_moment_later()
    {
        Fail("an owner whose session was ended");
        _outage.PollSucceeded();
        Assert.Empty(_said);

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(["an owner whose session was ended"], _said);
        Assert.Empty(_logs.Of(220, 221));
    }

    [Fact]
    public void What_is_no_consequence_of_an_outage_is_logged_at_once()
    {
        _outage.PollFailed(_gone);

        _outage.Log(new InvalidOperationException("An entry is missing."), () => _said.Add("an entry"));

        Assert.Equal(["an entry"], _said);
    }

    [Fact]
    public void An_outage_that_lasts_is_remembered_now_and_then()
    {
        for (var second = 0; second < 31 * 60; second++)
        {
            _outage.PollFailed(_gone);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            [
                "The database has not answered for 00:10:00. Until now 601 polls failed and 0 other calls. 57P01: terminating connection",
                "The database has not answered for 00:30:00. Until now 1801 polls failed and 0 other calls. 57P01: terminating connection",
            ],
            _logs.Of(222));
        Assert.Single(_logs.Of(220));
    }

    [Fact]
    public void The_next_outage_counts_from_nothing()
    {
        for (var outage = 0; outage < 2; outage++)
        {
            _outage.PollFailed(_gone);
            _time.Advance(TimeSpan.FromSeconds(1));
            _outage.PollSucceeded();
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(2, _logs.Of(220).Count);
        Assert.All(
            _logs.Of(221), line => Assert.Contains("after 00:00:01. Meanwhile 1 polls failed and 0 other", line, StringComparison.Ordinal));
    }

    private void Fail(string what) => _outage.Log(new InvalidOperationException("Lost.", _gone), () => _said.Add(what));
}
