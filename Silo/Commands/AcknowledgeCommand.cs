using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// acknowledge: takes note of a failed run that nobody is going to retry.
internal static class AcknowledgeCommand
{
    private static readonly Argument<Guid> _run = RunArgument.Create();

    public static Command Create()
    {
        var command = new Command("acknowledge", "Takes note of a failed run that is not going to be retried: doctor no longer names it.")
        {
            _run, OperatorOptions.RequiredReason, OperatorOptions.Who, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var run = parsed.GetValue(_run);
        var isNew = await queue.Operator.AcknowledgeRunAsync(run, parsed.GetNote(OperatorOptions.RequiredReason), ct);
        Answer.Write(
            parsed, new { RunId = run, Acknowledged = isNew },
            isNew ? $"The failure of run {run} is acknowledged; the run stays failed." : $"The failure of run {run} was acknowledged before.");
        return ExitCodes.Ok;
    }
}
