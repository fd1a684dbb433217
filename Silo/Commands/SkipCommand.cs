using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// skip: passes a batch without applying it.
internal static class SkipCommand
{
    private static readonly Argument<Guid> _run = RunArgument.Create();
    private static readonly Argument<int> _index = new("index") { Description = "The batch's index in the run.", HelpName = "INDEX" };
    private static readonly Option<string?> _sink = OperatorOptions.Sink("Only here; default: every active sink that has not passed it.");

    public static Command Create()
    {
        _index.Validators.Add(result =>
        {
            if (result.GetValue(_index) < 0)
            {
                result.AddError("A batch's index is 0 or more.");
            }
        });
        var command = new Command("skip", "Has a batch passed without being applied; its run goes on with the next one.")
        {
            _run, _index, _sink, OperatorOptions.RequiredReason, OperatorOptions.Who, OperatorOptions.Yes, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var (run, index, sink) = (parsed.GetValue(_run), parsed.GetValue(_index), parsed.GetValue(_sink));
        var wouldDo = $"{await RunPreview.DescribeAsync(queue, run, ct)} Batch {index} will never be applied in "
            + $"{sink ?? "every active sink that has not passed it"}: its rows will be missing there.";
        if (!await Confirmation.AskAsync(parsed, wouldDo, ct))
        {
            return ExitCodes.Failed;
        }

        var requests = await queue.Operator.SkipBatchAsync(run, index, sink, parsed.GetNote(OperatorOptions.RequiredReason), ct);
        Answer.Write(
            parsed, new { RunId = run, BatchIndex = index, Requests = requests },
            $"Batch {index} of run {run} is skipped in {requests} {(requests == 1 ? "sink" : "sinks")} as soon as its turn comes.");
        return ExitCodes.Ok;
    }
}
