using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// resume: ends a pause.
internal static class ResumeCommand
{
    private static readonly PauseArguments _arguments = new();

    public static Command Create()
    {
        var command = new Command("resume", "Ends the pause of exactly this scope; what another pause covers stays paused.")
        {
            OperatorOptions.Reason, OperatorOptions.Who, JsonOutput.Option,
        };
        _arguments.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var scope = _arguments.Read(parsed);
        var woken = await queue.Operator.ResumeAsync(scope, parsed.GetNote(), ct);
        Answer.Write(
            parsed, new { scope.TeamId, scope.SchemaId, scope.Sink, Woken = woken },
            $"{Sentence.Of(scope)} is no longer paused; {woken} groups that waited for it go on.");
        return ExitCodes.Ok;
    }
}
