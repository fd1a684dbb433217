using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// resume: ends a pause.
internal sealed class ResumeCommand() : OperatorVerb<Resume, int>(
    "resume", "Ends the pause of exactly this scope; what another pause covers stays paused.")
{
    private readonly PauseArguments _arguments = new();

    protected override Symbol[] Symbols => [];

    public override Command Create() => _arguments.AddTo(base.Create());

    protected override Resume Read(ParseResult parsed) => new(_arguments.Read(parsed));

    protected override Answer AnswerTo(Resume operation, int woken)
    {
        var scope = operation.Scope;
        return new(
            new { scope.TeamId, scope.SchemaId, scope.Sink, Woken = woken },
            $"{Sentence.Of(scope)} is no longer paused; {woken} groups that waited for it go on.");
    }
}
