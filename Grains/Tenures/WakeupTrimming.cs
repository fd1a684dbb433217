namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Keeps the wakeups of a group that never gets idle few: each batch brings one, and only an idle group's owner drops them all.
/// </summary>
internal sealed class WakeupTrimming(GroupCursor cursor, TimeProvider time)
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(10);

    private long _trimmedAt = time.GetTimestamp();

    /// <summary>Drops all but the newest when the last time is long enough ago.</summary>
    public async Task TrimIfDueAsync()
    {
        if (time.GetElapsedTime(_trimmedAt) > _every)
        {
            await cursor.TrimWakeupsAsync(CancellationToken.None);
            _trimmedAt = time.GetTimestamp();
        }
    }
}
