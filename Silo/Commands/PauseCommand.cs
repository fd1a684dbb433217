using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// pause: keeps owners from beginning entries of a scope.
internal sealed class PauseCommand() : AskingVerb<Pause, bool>(
    "pause", "Pauses a group, a team, a sink or all after the present batches, until it is resumed.")
{
    private readonly PauseArguments _arguments = new();

    protected override Symbol[] Symbols => [];

    public override Command Create() => _arguments.AddTo(base.Create());

    protected override Pause Read(ParseResult parsed) => new(_arguments.Read(parsed));

    protected override Task<string?> DescribeAsync(QueueHandle queue, Pause operation, CancellationToken ct) => Task.FromResult(
        operation.Scope is { TeamId: null, Sink: null }
            ? "Every group stops in every sink after its present batch, until \"resume --all\"." : null);

    protected override Answer AnswerTo(Pause operation, bool paused)
    {
        var scope = operation.Scope;
        return new(
            new { scope.TeamId, scope.SchemaId, scope.Sink, Paused = paused },
            paused ? $"Paused {scope}: present batches finish, no other begins." : $"{Sentence.Of(scope)} was paused already.");
    }
}
