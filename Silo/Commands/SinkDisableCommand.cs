using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// sink disable: keeps silos from working on a sink.
internal static class SinkDisableCommand
{
    private static readonly Argument<string> _name = SinkCommand.Name();

    public static Command Create()
    {
        var command = new Command("disable", "Has no silo work on a sink any more; what is enqueued waits for it and is kept.")
        {
            _name, OperatorOptions.Reason, OperatorOptions.Who, OperatorOptions.Yes, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var name = parsed.GetValue(_name)!;
        var sink = (await queue.Reports.ListSinksAsync(ct)).FirstOrDefault(s => s.Name == name);
        var wouldDo = sink is null
            ? $"Sink {name} is unknown."
            : $"Sink {name} is {sink.State}, {sink.GroupsBehind} groups are behind in it. No silo works on it any more; what is enqueued "
                + "waits for it, and no day of the log that it has not passed can be dropped.";
        if (!await Confirmation.AskAsync(parsed, wouldDo, ct))
        {
            return ExitCodes.Failed;
        }

        await queue.Operator.DisableSinkAsync(name, parsed.GetNote(), ct);
        Answer.Write(parsed, new { Name = name, State = "disabled" }, $"Sink {name} is disabled.");
        return ExitCodes.Ok;
    }
}
