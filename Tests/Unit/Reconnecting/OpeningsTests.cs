using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Unit.Reconnecting;

public sealed class OpeningsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Openings _openings;

    public OpeningsTests() => _openings = new Openings(_time, new Random(1));

    [Fact]
    public void Any_number_is_worthwhile_until_one_fails()
    {
        _openings.Succeeded();

        Assert.Equal(int.MaxValue, _openings.Worthwhile);
    }

    [Fact]
    public void After_a_failure_none_is_for_a_pause_and_then_one()
    {
        _openings.Failed();

        Assert.Equal(0, _openings.Worthwhile);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, _openings.Worthwhile);
        _openings.Succeeded();
        Assert.Equal(int.MaxValue, _openings.Worthwhile);
    }

    [Fact]
    public void Openings_that_fail_together_count_once()
    {
        for (var opening = 0; opening < 16; opening++)
        {
            _openings.Failed();
        }

        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, _openings.Worthwhile);
    }

    [Fact]
    public void A_minute_of_failures_is_at_most_two_openings_a_second_and_at_least_one()
    {
        var failures = 0;
        for (var end = _time.GetUtcNow().AddMinutes(1); _time.GetUtcNow() < end; _time.Advance(TimeSpan.FromMilliseconds(10)))
        {
            if (_openings.Worthwhile > 0)
            {
                _openings.Failed();
                failures++;
            }
        }

        Assert.InRange(failures, 60, 122);
    }
}
