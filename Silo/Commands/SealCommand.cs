using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// seal: ends a run in its producer's place.
internal static class SealCommand
{
    private static readonly Argument<Guid> _run = RunArgument.Create();

    public static Command Create()
    {
        var command = new Command("seal", "Ends an open run in its producer's place: what is enqueued is all of it.")
        {
            _run, OperatorOptions.Reason, OperatorOptions.Who, OperatorOptions.Yes, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var run = parsed.GetValue(_run);
        var wouldDo = $"{await RunPreview.DescribeAsync(queue, run, ct)} Sealing it says that no batch is to come; a full_refresh then "
            + "replaces its table by these batches.";
        if (!await Confirmation.AskAsync(parsed, wouldDo, ct))
        {
            return ExitCodes.Failed;
        }

        var seq = await queue.Operator.SealRunAsync(run, parsed.GetNote(), ct);
        Answer.Write(parsed, new { RunId = run, Seq = seq }, $"Run {run} is sealed: it ends with entry {seq} of its group.");
        return ExitCodes.Ok;
    }
}
