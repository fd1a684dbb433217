namespace OrleansBatch.Grains.Retrying;

/// <summary>
/// The pause before connecting again. It doubles with each failure in a row; its second half is random, so that silos and groups that lost
/// the same database neither return together nor at once.
/// </summary>
internal static class ReconnectPause
{
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest, Random random)
    {
        var bound = Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30)));
        return TimeSpan.FromSeconds(bound * (1 + random.NextDouble()) / 2);
    }
}
