using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Retrying;

namespace OrleansBatch.Tests.Unit.Retrying;

public sealed class ConnectionBreakerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionBreaker _breaker;

    public ConnectionBreakerTests() => _breaker = new ConnectionBreaker(_time, new Random(1));

    [Fact]
    public void Any_number_is_worthwhile_until_one_fails()
    {
        _breaker.Succeeded();

        Assert.Equal(int.MaxValue, _breaker.Allowed);
    }

    [Fact]
    public void After_a_failure_none_is_for_a_pause_and_then_one()
    {
        _breaker.Failed();

        Assert.Equal(0, _breaker.Allowed);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, _breaker.Allowed);
        _breaker.Succeeded();
        Assert.Equal(int.MaxValue, _breaker.Allowed);
    }

    [Fact]
    public void Openings_that_fail_together_count_once()
    {
        for (var opening = 0; opening < 16; opening++)
        {
            _breaker.Failed();
        }

        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, _breaker.Allowed);
    }

    [Fact]
    public void A_minute_of_failures_is_at_most_two_breaker_a_second_and_at_least_one()
    {
        var failures = 0;
        for (var end = _time.GetUtcNow().AddMinutes(1); _time.GetUtcNow() < end; _time.Advance(TimeSpan.FromMilliseconds(10)))
        {
            if (_breaker.Allowed > 0)
            {
                _breaker.Failed();
                failures++;
            }
        }

        Assert.InRange(failures, 60, 122);
    }
}
