using System.CommandLine;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces.Operations;

namespace OrleansBatch.Silo.Commands.Operating;

// The scope of pause and resume: [TEAM[/SCHEMA]] [--sink S], or --all.
internal sealed class PauseArguments
{
    private readonly Argument<string?> _what = new("scope")
    {
        Description = "A team or a group; without one, the whole sink that --sink names.",
        HelpName = "TEAM[/SCHEMA]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _sink = OperatorOptions.Sink("Only in this sink.");
    private readonly Option<bool> _all = new("--all") { Description = "Everything: all teams, in all sinks." };

    public Command AddTo(Command command)
    {
        command.Arguments.Add(_what);
        command.Options.Add(_sink);
        command.Options.Add(_all);
        command.Validators.Add(result =>
        {
            var (what, sink, all) = (result.GetValue(_what), result.GetValue(_sink), result.GetValue(_all));
            if (all && (what ?? sink) is not null)
            {
                result.AddError("--all means everything: leave it out, or leave the rest out.");
            }
            else if (!all && (what ?? sink) is null)
            {
                result.AddError("Say what it is about: TEAM, TEAM/SCHEMA, --sink NAME or --all.");
            }
            else if (what is not null && GroupArgument.TryParse(what) is null && GroupArgument.TryParseTeam(what) is null)
            {
                result.AddError($"\"{what}\" names neither a team nor a group: write TEAM or TEAM/SCHEMA, as in 7 or 7/orders.");
            }
        });
        return command;
    }

    // The command that ends the pause of this scope.
    public static string ResumeCommand(PauseScope scope)
    {
        var what = (scope.TeamId, scope.SchemaId) switch
        {
            (null, _) => string.Empty,
            ({ } team, null) => $" {team}",
            ({ } team, { } schema) => $" {ShellWord.Of($"{team}/{schema}")}",
        };
        var sink = scope.Sink is null ? string.Empty : $" --sink {ShellWord.Of(scope.Sink)}";
        return $"orleansbatch resume{what}{sink}{(what.Length + sink.Length == 0 ? " --all" : "")}";
    }

    public PauseScope Read(ParseResult parsed)
    {
        var (what, sink) = (parsed.GetValue(_what), parsed.GetValue(_sink));
        return what is null ? new PauseScope(null, null, sink)
            : GroupArgument.TryParse(what) is { } group ? new PauseScope(group.TeamId, group.SchemaId, sink)
            : new PauseScope(GroupArgument.TryParseTeam(what), null, sink);
    }
}
