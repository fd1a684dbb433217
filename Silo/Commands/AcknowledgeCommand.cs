using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// acknowledge: takes note of a failed run that nobody is going to retry.
internal sealed class AcknowledgeCommand() : OperatorVerb<AcknowledgeRun, bool>(
    "acknowledge", "Takes note of a failed run that is not going to be retried: doctor no longer names it.")
{
    private readonly Argument<Guid> _run = RunArgument.Create();

    protected override Symbol[] Symbols => [_run];

    protected override Option<string> Reason => OperatorOptions.RequiredReason;

    protected override AcknowledgeRun Read(ParseResult parsed) => new(parsed.GetValue(_run));

    protected override Answer AnswerTo(AcknowledgeRun operation, bool isNew) => new(
        new { operation.RunId, Acknowledged = isNew },
        isNew
            ? $"The failure of run {operation.RunId} is acknowledged; the run stays failed."
            : $"The failure of run {operation.RunId} was acknowledged before.");
}
