using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// sink enable: lets silos work on a disabled sink again.
internal static class SinkEnableCommand
{
    private static readonly Argument<string> _name = SinkCommand.Name();

    public static Command Create()
    {
        var command = new Command("enable", "Has silos work on a disabled sink again, from where it was.")
        {
            _name, OperatorOptions.Reason, OperatorOptions.Who, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var name = parsed.GetValue(_name)!;
        await queue.Operator.EnableSinkAsync(name, parsed.GetNote(), ct);
        Answer.Write(parsed, new { Name = name, State = "active" }, $"Sink {name} is enabled.");
        return ExitCodes.Ok;
    }
}
