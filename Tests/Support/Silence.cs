namespace OrleansBatch.Tests.Support;

// The server's knowledge of a silent backend.
internal static class Silence
{
    // The end of the lifetime by the server's clock, counted from the backend's last sign.
    public static Task IsOlderAsync(this QueueDatabase database, int backend, TimeSpan than) => Eventually.UntilAsync(
        () => database.ScalarAsync<bool>(
            """
            SELECT NOT EXISTS (
              SELECT FROM pg_stat_activity WHERE pid = $1 AND greatest(query_start, state_change) >= clock_timestamp() - $2::interval)
            """,
            backend, than),
        than + TimeSpan.FromSeconds(10),
        $"backend {backend} has been silent for {than}");

    public static Task<bool> HoldsLockAsync(this QueueDatabase database, int backend) => database.ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM orleans_batch.held_lock WHERE backend_pid = $1)", backend);

    public static Task WaitsForAsync(this QueueDatabase database, int backend, string waitEvent) => Eventually.EqualsAsync(
        waitEvent,
        () => database.ScalarAsync<string>("SELECT wait_event FROM pg_stat_activity WHERE pid = $1 AND state = 'active'", backend),
        TimeSpan.FromSeconds(10),
        $"backend {backend} waits");
}
