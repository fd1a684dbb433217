using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Silo.Commands;

// A listing of runs, one row for each sink, for several verbs.
internal static class RunListing
{
    // The length suffices to know the fault, and show has the whole error.
    private const int LongestError = 200;

    public static Listing Of(IEnumerable<RunSummary> runs)
    {
        var listing = new Listing(
            "run", "group", "sink", "state", "since", "producer", "sync type", "applied", "skipped", "missing", "rows", "enqueued at",
            "", new("error", Wraps: true));
        foreach (var run in runs)
        {
            listing.Add(
                $"{run.RunId}", $"{run.TeamId}/{run.SchemaId}", run.Sink, StateOf(run), Times.Show(run.ExecutingSince), run.RunState,
                run.SyncType, $"{run.BatchesApplied}/{run.BatchCount}", CountOf(run.BatchesSkipped), CountOf(run.BatchesMissing),
                RowsOf(run.RowsApplied, run.RowsAnnounced, run.BatchesDiffering > 0), Times.Show(run.CreatedAt), RetryOf(run),
                Clip(run.FirstError));
        }

        return listing;
    }

    public static string StateOf(RunSummary run) => run.ExecutingIndex is null ? run.State : "executing";

    public static string? RetryOf(RunSummary run) => run.RetriedAs is { } retry ? $"retried as {retry}, {run.RetryState}" : null;

    // The rows that the sink took in, with the announced number where the two differ.
    public static string? RowsOf(long? applied, long? announced, bool differs) => (applied, differs) switch
    {
        (null, _) => null,
        ({ } rows, true) => $"{rows:N0} \u2260 {announced:N0} announced",
        ({ } rows, false) => $"{rows:N0}",
    };

    public static string? CountOf(long count) => count == 0 ? null : $"{count}";

    private static string? Clip(string? error) =>
        error is null || error.Length <= LongestError ? error : error[..(LongestError - 3)] + "...";
}
