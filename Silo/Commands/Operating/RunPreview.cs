namespace OrleansBatch.Silo.Commands.Operating;

// Describes a run before an operation on it. The queue refuses an unknown run by itself.
internal static class RunPreview
{
    public static async Task<string> DescribeAsync(QueueHandle queue, Guid runId, CancellationToken ct)
    {
        if (await queue.Reports.ShowRunAsync(runId, ct) is not { } run)
        {
            return $"Run {runId} is unknown.";
        }

        var sinks = run.Sinks.Where(s => s.Sink is not null)
            .Select(s => $"{s.State} in {s.Sink} with {s.BatchesApplied} applied and {s.BatchesSkipped} skipped");
        return $"Run {run.RunId} of group {run.TeamId}/{run.SchemaId} ({run.SyncType}, {run.RunState}) has {run.BatchCount} batches: "
            + $"{string.Join("; ", sinks.DefaultIfEmpty("no sink yet"))}.";
    }
}
