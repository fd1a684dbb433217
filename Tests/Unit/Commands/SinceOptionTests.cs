using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Tests.Unit.Commands;

public sealed class SinceOptionTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 30, 14, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("90m", "2026-11-30T12:30:00Z")]
    [InlineData("6h", "2026-11-30T08:00:00Z")]
    [InlineData("2d", "2026-11-28T14:00:00Z")]
    [InlineData("2147483647d", "1970-01-01T00:00:00Z")]
    [InlineData("2026-11-29T10:00", "2026-11-29T10:00:00Z")]
    [InlineData("2026-11-29T10:00+02:00", "2026-11-29T08:00:00Z")]
    public void A_time_is_a_time_or_how_long_ago(string text, string since) =>
        Assert.Equal(DateTimeOffset.Parse(since, System.Globalization.CultureInfo.InvariantCulture), SinceOption.Parse(text, _now));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("-2h")]
    [InlineData("h")]
    [InlineData("2w")]
    public void Anything_else_is_no_time(string text) => Assert.Null(SinceOption.Parse(text, _now));
}
