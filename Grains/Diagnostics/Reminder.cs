namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// Says when a trouble that goes on is worth another line: after ten minutes, and then at intervals that double up to six hours.
/// </summary>
internal sealed class Reminder(TimeProvider time)
{
    private static readonly TimeSpan _first = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _longest = TimeSpan.FromHours(6);

    private long _since = time.GetTimestamp();
    private TimeSpan _interval = _first;

    /// <summary>Answers whether the interval is over, and begins the next one if so.</summary>
    public bool IsDue()
    {
        if (time.GetElapsedTime(_since) < _interval)
        {
            return false;
        }

        _since = time.GetTimestamp();
        _interval = _interval * 2 < _longest ? _interval * 2 : _longest;
        return true;
    }
}
