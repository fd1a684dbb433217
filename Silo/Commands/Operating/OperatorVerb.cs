using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using Argument = System.CommandLine.Argument;

namespace OrleansBatch.Silo.Commands.Operating;

// A verb that changes something. What each such verb does stands here once: open the queue, call the operation, answer.
internal abstract class OperatorVerb<TOperation, TResult>(string name, string help)
    where TOperation : Operation<TResult>
{
    // The verb's own arguments and options, in the order of its help.
    protected abstract Symbol[] Symbols { get; }

    protected virtual Option<string> Reason => OperatorOptions.Reason;

    protected virtual Option[] SharedOptions => [Reason, OperatorOptions.Who, JsonOutput.Option];

    public virtual Command Create()
    {
        var command = new Command(name, help);
        foreach (var argument in Symbols.OfType<Argument>())
        {
            command.Arguments.Add(argument);
        }

        foreach (var option in Symbols.OfType<Option>().Concat(SharedOptions))
        {
            command.Options.Add(option);
        }

        command.SetAction(RunAsync);
        return command;
    }

    // The operation as the command line says it.
    protected abstract TOperation Read(ParseResult parsed);

    // Fills in what the command line may leave out.
    protected virtual Task<TOperation> CompleteAsync(ParseResult parsed, QueueHandle queue, TOperation operation, CancellationToken ct) =>
        Task.FromResult(operation);

    // A verb that goes on only if its user agrees is an AskingVerb.
    protected virtual Task<bool> IsWantedAsync(ParseResult parsed, QueueHandle queue, TOperation operation, CancellationToken ct) =>
        Task.FromResult(true);

    protected abstract Answer AnswerTo(TOperation operation, TResult result);

    // An answer that has to look into the queue once more overrides this.
    protected virtual Task<Answer> AnswerToAsync(QueueHandle queue, TOperation operation, TResult result, CancellationToken ct) =>
        Task.FromResult(AnswerTo(operation, result));

    protected virtual async Task<int> RunAsync(ParseResult parsed, QueueHandle queue, CancellationToken ct)
    {
        var operation = await CompleteAsync(parsed, queue, Read(parsed), ct);
        if (!await IsWantedAsync(parsed, queue, operation, ct))
        {
            return ExitCodes.Failed;
        }

        var result = await queue.Operator.OperateAsync(operation, parsed.GetNote(Reason), ct);
        return (await AnswerToAsync(queue, operation, result, ct)).Write(parsed);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        return await RunAsync(parsed, queue, ct);
    }
}
