namespace OrleansBatch.Tests.Unit.Retrying;

public sealed class BackoffTests
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _cap = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(1, 15)]
    [InlineData(2, 30)]
    [InlineData(3, 60)]
    [InlineData(6, 480)]
    [InlineData(7, 600)]
    [InlineData(100, 600)]
    public void Bound_doubles_with_each_attempt_up_to_the_cap(int attempt, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), DoublingPause.FullyRandom(attempt, _first, _cap, new Fixed(1)));

    [Fact]
    public void Wait_lies_anywhere_below_the_bound_so_that_groups_which_failed_together_do_not_return_together()
    {
        Assert.Equal(TimeSpan.Zero, DoublingPause.FullyRandom(3, _first, _cap, new Fixed(0)));
        Assert.Equal(TimeSpan.FromSeconds(15), DoublingPause.FullyRandom(3, _first, _cap, new Fixed(0.25)));
    }

    private sealed class Fixed(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
