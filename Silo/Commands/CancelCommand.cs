using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// cancel: ends a run where it is.
internal static class CancelCommand
{
    private static readonly Argument<Guid> _run = RunArgument.Create();

    public static Command Create()
    {
        var command = new Command("cancel", "Cancels a run: it takes no further batches, and what is not applied yet is skipped.")
        {
            _run, OperatorOptions.RequiredReason, OperatorOptions.Who, OperatorOptions.Yes, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var run = parsed.GetValue(_run);
        var wouldDo = $"{await RunPreview.DescribeAsync(queue, run, ct)} Cancelling it skips what is not applied yet; what is applied "
            + "stays.";
        if (!await Confirmation.AskAsync(parsed, wouldDo, ct))
        {
            return ExitCodes.Failed;
        }

        var seq = await queue.Operator.CancelRunAsync(run, parsed.GetNote(OperatorOptions.RequiredReason), ct);
        Answer.Write(parsed, new { RunId = run, Seq = seq }, $"Run {run} is cancelled, as entry {seq} of its group.");
        return ExitCodes.Ok;
    }
}
