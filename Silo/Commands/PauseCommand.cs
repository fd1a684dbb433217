using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// pause: keeps owners from beginning entries of a scope.
internal static class PauseCommand
{
    private static readonly PauseArguments _arguments = new();

    public static Command Create()
    {
        var command = new Command("pause", "Pauses a group, a team, a sink or all after the present batches, until it is resumed.")
        {
            OperatorOptions.Reason, OperatorOptions.Who, OperatorOptions.Yes, JsonOutput.Option,
        };
        _arguments.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var scope = _arguments.Read(parsed);
        if (scope is { TeamId: null, Sink: null }
            && !await Confirmation.AskAsync(parsed, "Every group stops in every sink after its present batch, until \"resume --all\".", ct))
        {
            return ExitCodes.Failed;
        }

        var paused = await queue.Operator.PauseAsync(scope, parsed.GetNote(), ct);
        Answer.Write(
            parsed, new { scope.TeamId, scope.SchemaId, scope.Sink, Paused = paused },
            paused ? $"Paused {scope}: present batches finish, no other begins." : $"{Sentence.Of(scope)} was paused already.");
        return ExitCodes.Ok;
    }
}
