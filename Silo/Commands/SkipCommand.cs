using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// skip: passes a batch without applying it.
internal sealed class SkipCommand() : AskingVerb<SkipBatch, int>(
    "skip", "Has a batch passed without being applied; its run goes on with the next one.")
{
    private readonly Argument<Guid> _run = RunArgument.Create();
    private readonly Argument<int> _index = CreateIndex();
    private readonly Option<string?> _sink = OperatorOptions.Sink("Only here; default: every active sink that has not passed it.");

    protected override Symbol[] Symbols => [_run, _index, _sink];

    protected override Option<string> Reason => OperatorOptions.RequiredReason;

    protected override SkipBatch Read(ParseResult parsed) =>
        new(parsed.GetValue(_run), parsed.GetValue(_index), parsed.GetValue(_sink));

    protected override async Task<string?> DescribeAsync(QueueHandle queue, SkipBatch operation, CancellationToken ct) =>
        $"{await RunPreview.DescribeAsync(queue, operation.RunId, ct)} Batch {operation.BatchIndex} will never be applied in "
        + $"{operation.Sink ?? "every active sink that has not passed it"}: its rows will be missing there.";

    protected override Answer AnswerTo(SkipBatch operation, int requests) => new(
        new { operation.RunId, operation.BatchIndex, Requests = requests },
        $"Batch {operation.BatchIndex} of run {operation.RunId} is skipped in {requests} {(requests == 1 ? "sink" : "sinks")} as soon as "
        + "its turn comes.");

    private static Argument<int> CreateIndex()
    {
        var index = new Argument<int>("index") { Description = "The batch's index in the run.", HelpName = "INDEX" };
        index.Validators.Add(result =>
        {
            if (result.GetValue(index) < 0)
            {
                result.AddError("A batch's index is 0 or more.");
            }
        });
        return index;
    }
}
