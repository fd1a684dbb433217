using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// seal: ends a run in its producer's place.
internal sealed class SealCommand() : AskingVerb<SealRun, long>(
    "seal", "Ends an open run in its producer's place: what is enqueued is all of it.")
{
    private readonly Argument<Guid> _run = RunArgument.Create();

    protected override Symbol[] Symbols => [_run];

    protected override SealRun Read(ParseResult parsed) => new(parsed.GetValue(_run));

    protected override async Task<string?> DescribeAsync(QueueHandle queue, SealRun operation, CancellationToken ct) =>
        $"{await RunPreview.DescribeAsync(queue, operation.RunId, ct)} Sealing it says that no batch is to come; a full_refresh then "
        + "replaces its table by these batches.";

    protected override Answer AnswerTo(SealRun operation, long seq) => new(
        new { operation.RunId, Seq = seq }, $"Run {operation.RunId} is sealed: it ends with entry {seq} of its group.");
}
