using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Diagnostics;

// What repeats while something is broken is one line at the beginning and one at the end, with counts between.
public sealed class TroubleLogTests : IDisposable
{
    private const string Sweep = "The sweep";

    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogs _logs = new();
    private readonly List<string> _said = [];
    private readonly ILoggerFactory _loggers;
    private readonly TroubleLog _troubles;

    public TroubleLogTests()
    {
        _loggers = LoggerFactory.Create(b => b.AddProvider(_logs));
        _troubles = new TroubleLog(_time, _loggers.CreateLogger<TroubleLog>());
    }

    private IReadOnlyList<string> Lines => _logs.AtLeast(LogLevel.Trace);

    public void Dispose()
    {
        _troubles.Dispose();
        _loggers.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public void The_first_failure_is_logged_and_the_others_are_counted_until_it_works()
    {
        Assert.False(_troubles.Worked(Sweep));
        Fail(times: 5, apart: 30);
        Assert.Equal(["one"], _said);
        Assert.Empty(Lines);

        Assert.True(_troubles.Worked(Sweep));
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["224: The sweep is out of trouble after 00:02:30. Failures meanwhile: 5."], Lines);
    }

    [Fact]
    public void The_next_trouble_is_a_new_one()
    {
        Fail(times: 2, apart: 1);
        _troubles.Worked(Sweep);

        Fail(times: 1, apart: 1);
        _troubles.Worked(Sweep);

        Assert.Equal(["one", "one"], _said);
        Assert.Equal(2, _logs.Of(224).Count);
        Assert.EndsWith("00:00:01. Failures meanwhile: 1.", _logs.Of(224)[1], StringComparison.Ordinal);
    }

    // The silo may have nothing more to do with it, because another one has taken it over.
    [Fact]
    public void Trouble_is_over_when_nothing_has_failed_for_long()
    {
        Fail(times: 2, apart: 30);

        _time.Advance(_minute);

        Assert.Equal(["224: The sweep is out of trouble after 00:00:30. Failures meanwhile: 2."], Lines);
        Assert.False(_troubles.Worked(Sweep));
    }

    [Fact]
    public void Trouble_that_goes_on_is_remembered_at_intervals_that_double()
    {
        Fail(times: 2 * 60 * 24, apart: 30);

        Assert.Equal(
            ["00:10:00", "00:30:00", "01:10:00", "02:30:00", "05:10:00", "10:30:00", "16:30:00", "22:30:00"],
            _logs.Of(223).Select(line => line.Split(" for ")[1].Split(" and ")[0]));
        Assert.Equal("The sweep has been in trouble for 00:10:00 and has failed 21 times. Away.", _logs.Of(223)[0]);
        Assert.Equal(["one"], _said);
    }

    [Fact]
    public void Trouble_of_several_parts_is_over_when_all_of_them_work()
    {
        foreach (var part in (string[])["a", "b", "a"])
        {
            _troubles.Failed(Sweep, _minute, "Away.", () => _said.Add(part), part);
        }

        Assert.True(_troubles.Worked(Sweep, "a"));
        Assert.False(_troubles.Worked(Sweep, "a"));
        Assert.False(_troubles.Worked(Sweep, "c"));
        Assert.Empty(Lines);
        Assert.True(_troubles.Worked(Sweep, "b"));

        Assert.Equal(["a"], _said);
        Assert.EndsWith("Failures meanwhile: 3.", Assert.Single(Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_is_logged_once_and_its_repeats_are_counted_when_they_stop()
    {
        for (var i = 0; i < 4; i++)
        {
            _troubles.Repeated("The start of group 7/s", _minute, "Full.", () => _said.Add("event"));
            _time.Advance(TimeSpan.FromSeconds(20));
        }

        _time.Advance(_minute);

        Assert.Equal(["event"], _said);
        Assert.Equal(["225: The start of group 7/s: the line about it was left out 3 times within 00:01:00. Full."], Lines);
    }

    [Fact]
    public void An_event_that_does_not_come_again_is_one_line()
    {
        _troubles.Repeated("The start of group 7/s", _minute, "Full.", () => _said.Add("event"));
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["event"], _said);
        Assert.Empty(Lines);
    }

    private void Fail(int times, int apart)
    {
        for (var i = 0; i < times; i++)
        {
            _troubles.Failed(Sweep, _minute, "Away.", () => _said.Add("one"));
            _time.Advance(TimeSpan.FromSeconds(apart));
        }
    }
}
