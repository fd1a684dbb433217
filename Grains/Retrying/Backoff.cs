namespace OrleansBatch.Grains.Retrying;

/// <summary>
/// The wait before another attempt: exponential with full jitter, so that groups which failed together don't return together.
/// </summary>
internal static class Backoff
{
    public static TimeSpan After(int attempt, TimeSpan firstBound, TimeSpan cap, Random random)
    {
        var bound = Math.Min(cap.TotalSeconds, firstBound.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 30)));
        return TimeSpan.FromSeconds(random.NextDouble() * bound);
    }
}
