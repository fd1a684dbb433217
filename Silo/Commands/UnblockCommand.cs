using System.CommandLine;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// unblock: lets a blocked group go on.
internal static class UnblockCommand
{
    private static readonly Argument<GroupKey> _group = GroupArgument.Create();
    private static readonly Option<string> _sink = new("--sink") { Description = "The sink.", Required = true, HelpName = "name" };

    public static Command Create()
    {
        var command = new Command("unblock", "Lets a group that a failed run has stopped go on with the next run.")
        {
            _group, _sink, OperatorOptions.Reason, OperatorOptions.Who, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var (group, sink) = (parsed.GetValue(_group), parsed.GetValue(_sink)!);
        var freed = await queue.Operator.UnblockAsync(group, sink, parsed.GetNote(), ct);
        Answer.Write(
            parsed, new { group.TeamId, group.SchemaId, Sink = sink, Unblocked = freed },
            freed
                ? $"Group {group} goes on in sink {sink} with the next run."
                : $"Group {group} is not stopped in sink {sink}, so nothing was done.");
        return freed ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
