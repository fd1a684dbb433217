using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// retry: once more what a run has left unfinished.
internal static class RetryCommand
{
    private static readonly Argument<Guid> _run = RunArgument.Create();
    private static readonly Option<bool> _force = new("--force")
    {
        Description = "Also when later runs of the group were applied, which the retried rows then replace or follow.",
    };

    public static Command Create()
    {
        var command = new Command("retry", "Appends what a run has left unfinished as a new run; what is applied is not applied again.")
        {
            _run, _force, OperatorOptions.Reason, OperatorOptions.Who, OperatorOptions.Yes, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var run = parsed.GetValue(_run);
        var wouldDo = $"{await RunPreview.DescribeAsync(queue, run, ct)} Retrying it appends its failed and skipped batches to the group "
            + "as a new run, under the names they have: a sink that has one of them doesn't apply it again.";
        if (!await Confirmation.AskAsync(parsed, wouldDo, ct))
        {
            return ExitCodes.Failed;
        }

        var made = await queue.Operator.RetryRunAsync(run, parsed.GetValue(_force), parsed.GetNote(), ct);
        Answer.Write(parsed, new { RunId = made, OriginRunId = run }, $"What run {run} left unfinished is enqueued as run {made}.");
        return ExitCodes.Ok;
    }
}
