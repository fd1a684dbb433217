using Npgsql;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Tenures;

namespace OrleansBatch.Tests.Unit.Tenures;

public sealed class OwnershipDeadlineTests
{
    [Theory]
    [InlineData(10_000, 9_000)]
    [InlineData(60_000, 59_000)]
    [InlineData(1_000, 900)]
    public void An_owner_gives_up_before_the_server_would_end_its_silent_session(int idleTimeout, int deadline) =>
        Assert.Equal(TimeSpan.FromMilliseconds(deadline), LockLifetimeRules.DeadlineOf(TimeSpan.FromMilliseconds(idleTimeout)));

    // An owner whose beats hang sends nothing. No answer and no time-out of a statement would tell that.
    [Fact]
    public async Task An_owner_that_sends_nothing_gives_up_by_itself()
    {
        await using var connection = new NpgsqlConnection();
        await using var session = new GroupSession(connection, new BootClock(), TimeSpan.FromMilliseconds(200));
        var passed = new TaskCompletionSource();
        using var watched = new OwnershipDeadline(session, TimeProvider.System, passed.SetResult);

        await passed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.Zero, session.TimeLeft);
    }
}
