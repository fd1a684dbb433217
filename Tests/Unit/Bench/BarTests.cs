using OrleansBatch.Bench.Report;

namespace OrleansBatch.Tests.Unit.Bench;

public sealed class BarTests
{
    [Theory]
    [InlineData(4.0, true)]
    [InlineData(3.9, false)]
    public void A_ratio_must_reach_its_bar(double ratio, bool met) =>
        Assert.Equal(met, new Bar { RatioAtLeast = 4 }.IsMet(1000, ratio));

    [Fact]
    public void A_ratio_that_is_unknown_meets_no_bar() => Assert.False(new Bar { RatioAtLeast = 4 }.IsMet(1000, null));

    [Theory]
    [InlineData(5.0, 2.0, true)]
    [InlineData(5.1, 2.0, false)]
    [InlineData(5.0, 2.1, false)]
    public void Both_limits_of_a_bar_must_be_kept(double value, double ratio, bool met) =>
        Assert.Equal(met, new Bar { AtMost = 5, RatioAtMost = 2 }.IsMet(value, ratio));

    [Fact]
    public void A_bar_says_what_it_asks_for() =>
        Assert.Equal("<= 5, <= 2 x reference", new Bar { AtMost = 5, RatioAtMost = 2 }.ToString());
}
