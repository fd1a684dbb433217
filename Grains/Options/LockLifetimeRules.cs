namespace OrleansBatch.Grains.Options;

/// <summary>
/// What must hold between the times of the lock lifetime. Then a silent owner has lost its lock when the lifetime is over, and an owner
/// that is alive never loses its lock.
/// </summary>
/// <remarks>
/// A session that falls silent does so in a statement, which the server ends after StatementTimeout, or between two, which it allows for
/// IdleTimeout: the lifetime is their sum. An owner that is alive sends a beat a HeartbeatPeriod after the last statement has ended, so
/// its longest silence is StatementTimeout plus HeartbeatPeriod. Its own deadline counts from when the last answered statement was sent
/// and lies before IdleTimeout: before the server, and long before a peer, would end the session. An answer that says "cancelled" counts as
/// any other: the server sent it over the session that has the lock, and waits for IdleTimeout from then on. So does a peer, which looks at
/// the backend's last statement, whatever came of it. So an owner whose statements are cancelled keeps the group for as long as the
/// server answers. Nobody else can have the lock meanwhile.
/// </remarks>
internal static class LockLifetimeRules
{
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan _longestMargin = TimeSpan.FromSeconds(1);

    /// <summary>Gives how long a statement that was sent and answered vouches for the ownership.</summary>
    public static TimeSpan DeadlineOf(TimeSpan idleTimeout)
    {
        var margin = idleTimeout / 10;
        return idleTimeout - (margin < _longestMargin ? margin : _longestMargin);
    }

    /// <summary>Gives the longest time between two signs of an owner that is alive.</summary>
    public static TimeSpan LongestSilence(OrleansBatchOptions options) => options.StatementTimeout + options.HeartbeatPeriod;

    public static IEnumerable<string> Broken(OrleansBatchOptions o)
    {
        if (o.StatementTimeout < _shortest || o.IdleTimeout < _shortest || o.LockLifetime > _longest)
        {
            yield return $"StatementTimeout ({o.StatementTimeout}) and IdleTimeout ({o.IdleTimeout}) must be 100 ms or more each "
                + "and together at most 1 hour.";
        }

        if (o.LockLifetimeAsSet is { } asked && asked != o.LockLifetime)
        {
            yield return $"LockLifetime ({asked}) must be StatementTimeout ({o.StatementTimeout}) plus IdleTimeout ({o.IdleTimeout}), "
                + "because a session may fall silent at the end of either: set two of the three, or LockLifetime alone.";
        }

        if (o.HeartbeatPeriod <= TimeSpan.Zero || o.HeartbeatPeriod * 2 >= o.IdleTimeout)
        {
            yield return $"HeartbeatPeriod ({o.HeartbeatPeriod}) must be more than 0 and less than half of IdleTimeout ({o.IdleTimeout}), "
                + "so that a beat which comes a whole period late costs nobody the lock.";
        }

        var deadline = DeadlineOf(o.IdleTimeout);
        if (o.StatementTimeout + o.HeartbeatPeriod >= deadline)
        {
            yield return $"StatementTimeout ({o.StatementTimeout}) plus HeartbeatPeriod ({o.HeartbeatPeriod}) must be less "
                + $"than {deadline}, which is IdleTimeout ({o.IdleTimeout}) less a margin: the beat after a statement that took all its "
                + "time must still be sent before its owner has to give the group up.";
        }
    }
}
