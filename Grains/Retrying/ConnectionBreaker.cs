namespace OrleansBatch.Grains.Retrying;

/// <summary>
/// Limits attempts to connect. While attempts succeed there is no limit; after a failure nobody connects for a pause, and then one at a
/// time until one succeeds: a server that is full or starting is not asked once per waiting group.
/// </summary>
internal sealed class ConnectionBreaker(TimeProvider time, Random random)
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private TimeSpan _pause;
    private long _failedAt;
    private int _failures;

    /// <summary>Gets how many connections may be opened now.</summary>
    public int Allowed
    {
        get
        {
            lock (_lock)
            {
                return _failures == 0 ? int.MaxValue : IsPausing ? 0 : 1;
            }
        }
    }

    private bool IsPausing => _failures > 0 && time.GetElapsedTime(_failedAt) < _pause;

    public void Succeeded()
    {
        lock (_lock)
        {
            _failures = 0;
        }
    }

    /// <summary>Begins a pause, unless one is on: attempts that were under way together fail together and count once.</summary>
    public void Failed()
    {
        lock (_lock)
        {
            if (!IsPausing)
            {
                _failures++;
                _pause = DoublingPause.HalfRandom(_failures, _firstPause, _longestPause, random);
                _failedAt = time.GetTimestamp();
            }
        }
    }
}
