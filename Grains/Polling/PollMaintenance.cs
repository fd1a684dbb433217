using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Polling;

/// <summary>Decides in which passes a poller turns due groups into wakeups and ends silent owners: not in every one, but in time.</summary>
internal sealed class PollMaintenance(TimeProvider time, TimeSpan lockLifetime, TimeSpan statementTimeout, TimeSpan pollPeriod)
{
    private const int DueAtOnce = 500;

    // A group is parked until a time ahead, by a statement that lasts no longer than its time-out. A group that is due further back was put
    // there by hand; the full look finds it.
    private static readonly TimeSpan _fullLook = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _always = TimeSpan.FromDays(36500);

    private long? _lookedFully;
    private long? _ended;

    /// <summary>Gets how far back the next look for due groups goes.</summary>
    public TimeSpan LookBack =>
        _lookedFully is { } at && time.GetElapsedTime(at) < _fullLook ? _fullLook + (statementTimeout * 2) : _always;

    /// <summary>Does what the poll found to be necessary; without a poll it does both.</summary>
    /// <returns>The owners whose sessions were ended.</returns>
    public async Task<IReadOnlyList<(GroupKey Group, int BackendPid)>> RunAsync(
        PollerConnection connection, PollResult? found, TimeSpan lookedBack, CancellationToken cancellationToken)
    {
        if (found?.IsSomeDue ?? true)
        {
            var woken = await connection.WakeDueAsync(DueAtOnce, lookedBack, cancellationToken);
            if (woken.Count == DueAtOnce)
            {
                lookedBack = TimeSpan.Zero; // There are more: the next look goes as far back.
            }
        }

        if (lookedBack == _always)
        {
            _lookedFully = time.GetTimestamp();
        }

        if (found is { Held: 0 } || (_ended is { } at && time.GetElapsedTime(at) < pollPeriod / 2))
        {
            return [];
        }

        _ended = time.GetTimestamp();
        return await connection.EndStaleHoldersAsync(lockLifetime, cancellationToken);
    }
}
