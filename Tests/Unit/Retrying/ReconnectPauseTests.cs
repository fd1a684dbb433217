namespace OrleansBatch.Tests.Unit.Retrying;

public sealed class ReconnectPauseTests
{
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1, 100, 200)]
    [InlineData(2, 200, 400)]
    [InlineData(3, 400, 800)]
    [InlineData(4, 500, 1000)]
    [InlineData(1000, 500, 1000)]
    public void Pauses_double_up_to_the_longest_and_their_second_half_is_random(int failures, int least, int most)
    {
        var random = new Random(1);

        var pauses = Enumerable.Range(0, 500)
            .Select(_ => DoublingPause.HalfRandom(failures, _first, _longest, random).TotalMilliseconds).ToList();

        Assert.All(pauses, pause => Assert.InRange(pause, least, most));
        Assert.InRange(pauses.Min(), least, least * 1.05);
        Assert.InRange(pauses.Max(), most * 0.95, most);
        Assert.InRange(pauses.Average(), (least + most) * 0.48, (least + most) * 0.52);
    }

    [Fact]
    public void Silos_that_failed_together_do_not_return_together()
    {
        var returns = Enumerable.Range(0, 100).Select(silo => DoublingPause.HalfRandom(4, _first, _longest, new Random(silo))).ToList();

        Assert.True(returns.GroupBy(r => (int)(r.TotalMilliseconds / 50)).Max(g => g.Count()) < 25);
    }
}
