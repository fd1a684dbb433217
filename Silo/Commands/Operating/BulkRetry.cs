using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Silo.Commands.Operating;

// Retries many runs, each in a transaction of its own: a refused run keeps no other back.
internal static class BulkRetry
{
    public static async Task<int> RunAsync(
        ParseResult parsed, QueueHandle queue, RunFilter filter, RetryRun each, CancellationToken ct)
    {
        // A run that was retried is left to its retry. The oldest run comes first, so that each group keeps the order of its runs.
        var runs = (await queue.Reports.ListRunsAsync(filter, ct)).Where(r => r.RetriedAs is null).ToList();
        var ids = runs.OrderBy(r => r.CreatedAt).Select(r => r.RunId).Distinct().ToList();
        if (ids.Count == 0)
        {
            return new Answer(Array.Empty<object>(), "No run matches that no retry has taken over, so nothing was done.").Write(parsed);
        }

        if (!parsed.WantsJson())
        {
            RunListing.Of(runs).Write();
        }

        if (!await Confirmation.AskAsync(
            parsed, $"{ids.Count} {Runs(ids.Count)}: what each has left unfinished is appended to its group as a new run.", ct))
        {
            return ExitCodes.Failed;
        }

        var results = new List<(Guid RunId, Guid? RetriedAs, string? Refused)>();
        foreach (var id in ids)
        {
            results.Add(await RetryAsync(queue, each with { RunId = id }, parsed.GetNote(), ct));
            if (!parsed.WantsJson())
            {
                var (run, made, refused) = results[^1];
                Terminal.WriteLine(made is null ? $"Run {run} was not retried: {refused}" : $"Run {run} is retried as {made}.");
            }
        }

        var done = results.Count(r => r.RetriedAs is not null);
        return new Answer(
            results.Select(r => new { r.RunId, r.RetriedAs, r.Refused }),
            $"{done} of {ids.Count} {Runs(ids.Count)} {(done == 1 ? "was" : "were")} retried.",
            done == ids.Count ? ExitCodes.Ok : ExitCodes.Failed).Write(parsed);
    }

    private static async Task<(Guid, Guid?, string?)> RetryAsync(
        QueueHandle queue, RetryRun operation, OperatorNote note, CancellationToken ct)
    {
        try
        {
            return (operation.RunId, await queue.Operator.OperateAsync(operation, note, ct), null);
        }
        catch (OperationRefusedException e)
        {
            return (operation.RunId, null, ErrorText.For(e).Message);
        }
    }

    private static string Runs(int count) => count == 1 ? "run" : "runs";
}
