namespace OrleansBatch.Grains.Groups;

/// <summary>How a group waits, and for what.</summary>
/// <param name="For">For how long; null until somebody acts.</param>
/// <param name="Reason">One of retry, not_ready, paused, blocked.</param>
/// <param name="Error">What it waits for.</param>
/// <param name="Outcome">What became of the attempt, if there was one.</param>
internal sealed record Waiting(TimeSpan? For, string Reason, EntryError Error, string Outcome)
{
    public static Waiting Retry(TimeSpan wait, EntryError error, bool timedOut = false) =>
        new(wait, "retry", error, timedOut ? "timed_out" : "retry");

    public static Waiting NotReady(TimeSpan wait, EntryError error) => new(wait, "not_ready", error, "not_ready");

    public static Waiting Paused(string by) => new(null, "paused", EntryError.Of(by), "drained");

    public static Waiting Blocked(EntryError error) => new(null, "blocked", error, "failed");
}
