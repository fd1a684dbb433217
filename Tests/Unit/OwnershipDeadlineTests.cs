using Microsoft.Extensions.Time.Testing;
using Npgsql;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Unit;

public sealed class OwnershipDeadlineTests
{
    // Also for an owner that sends nothing at all, whose beats hang: no answer and no time-out would tell it.
    [Theory]
    [InlineData(10_000, 9_000)]
    [InlineData(60_000, 59_000)]
    [InlineData(1_000, 900)]
    public async Task An_owner_gives_up_before_the_server_would_end_its_silent_session(int idleTimeout, int deadline)
    {
        var (time, passed) = (new FakeTimeProvider(), false);
        await using var connection = new NpgsqlConnection();
        await using var session = new GroupSession(connection, time);
        using var watched = new OwnershipDeadline(session, TimeSpan.FromMilliseconds(idleTimeout), time, () => passed = true);

        time.Advance(TimeSpan.FromMilliseconds(deadline - 1));
        Assert.False(passed);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(passed);
    }
}
