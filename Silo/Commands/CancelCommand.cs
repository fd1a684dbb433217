using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// cancel: ends a run where it is.
internal sealed class CancelCommand() : AskingVerb<CancelRun, long>(
    "cancel", "Cancels a run: it takes no further batches, and what is not applied yet is skipped.")
{
    private readonly Argument<Guid> _run = RunArgument.Create();

    protected override Symbol[] Symbols => [_run];

    protected override Option<string> Reason => OperatorOptions.RequiredReason;

    protected override CancelRun Read(ParseResult parsed) => new(parsed.GetValue(_run));

    protected override async Task<string?> DescribeAsync(QueueHandle queue, CancelRun operation, CancellationToken ct) =>
        $"{await RunPreview.DescribeAsync(queue, operation.RunId, ct)} Cancelling it skips what is not applied yet; what is applied stays.";

    protected override Answer AnswerTo(CancelRun operation, long seq) => new(
        new { operation.RunId, Seq = seq }, $"Run {operation.RunId} is cancelled, as entry {seq} of its group.");
}
