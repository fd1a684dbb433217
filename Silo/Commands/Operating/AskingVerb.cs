using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;

namespace OrleansBatch.Silo.Commands.Operating;

// A verb that says what it would do, and does it only if its user agrees.
internal abstract class AskingVerb<TOperation, TResult>(string name, string help) : OperatorVerb<TOperation, TResult>(name, help)
    where TOperation : Operation<TResult>
{
    protected sealed override Option[] SharedOptions => [Reason, OperatorOptions.Who, OperatorOptions.Yes, JsonOutput.Option];

    // Null where there is nothing to ask.
    protected abstract Task<string?> DescribeAsync(QueueHandle queue, TOperation operation, CancellationToken ct);

    protected sealed override async Task<bool> IsWantedAsync(
        ParseResult parsed, QueueHandle queue, TOperation operation, CancellationToken ct) =>
        await DescribeAsync(queue, operation, ct) is not { } wouldDo || await Confirmation.AskAsync(parsed, wouldDo, ct);
}
