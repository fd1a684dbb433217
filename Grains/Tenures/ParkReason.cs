namespace OrleansBatch.Grains.Tenures;

/// <summary>How a group waits, and for what.</summary>
/// <param name="For">For how long; null until somebody acts.</param>
/// <param name="Kind">One of retry, not_ready, paused, blocked.</param>
/// <param name="Error">What it waits for.</param>
/// <param name="Outcome">What became of the attempt, if there was one.</param>
internal sealed record ParkReason(TimeSpan? For, string Kind, EntryError Error, string Outcome)
{
    public static ParkReason Retry(TimeSpan wait, EntryError error, bool timedOut = false) =>
        new(wait, "retry", error, timedOut ? "timed_out" : "retry");

    public static ParkReason NotReady(TimeSpan wait, EntryError error) => new(wait, "not_ready", error, "not_ready");

    public static ParkReason Paused(string by) => new(null, "paused", EntryError.Of(by), "drained");

    public static ParkReason Blocked(EntryError error) => new(null, "blocked", error, "failed");
}
