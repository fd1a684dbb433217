using OrleansBatch.Grains.Options;

namespace OrleansBatch.Tests.Unit;

// Times that contradict each other are refused before the silo takes any lock.
public sealed class OptionsTests
{
    private static readonly OrleansBatchOptionsValidator _validator = new();

    [Fact]
    public void The_defaults_are_valid() => Assert.True(_validator.Validate(null, new OrleansBatchOptions()).Succeeded);

    [Fact]
    public void A_longer_lifetime_lets_a_poll_take_longer()
    {
        var options = new OrleansBatchOptions { LockLifetime = TimeSpan.FromSeconds(30) };

        Assert.Equal(TimeSpan.FromSeconds(110), options.PollOverdueAfter);
        Assert.True(_validator.Validate(null, options).Succeeded);
    }

    [Fact]
    public void A_time_slice_of_nothing_is_refused() =>
        Assert.Contains(
            "TimeSlice", _validator.Validate(null, new OrleansBatchOptions { TimeSlice = TimeSpan.Zero }).FailureMessage,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(5, 60, true)]
    [InlineData(5, 59, false)]
    [InlineData(1, 20, true)]
    [InlineData(6, 60, false)]
    public void A_poll_may_not_be_overdue_sooner_than_a_slow_database_can_make_it(int statementSeconds, int overdueSeconds, bool valid)
    {
        var options = new OrleansBatchOptions
        {
            StatementTimeout = TimeSpan.FromSeconds(statementSeconds), PollOverdueAfter = TimeSpan.FromSeconds(overdueSeconds),
        };

        var result = _validator.Validate(null, options);

        Assert.Equal(valid, result.Succeeded);
        Assert.True(valid || result.FailureMessage!.Contains("PollOverdueAfter", StringComparison.Ordinal));
    }
}
