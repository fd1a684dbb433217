using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// A team on the command line.
internal static class TeamOption
{
    public static Option<long?> Create(string what) => new("--team")
    {
        Description = what,
        HelpName = "number",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (GroupArgument.TryParseTeam(text) is { } team)
            {
                return team;
            }

            result.AddError($"\"{text}\" is no team: a team is a number, as in --team 7.");
            return null;
        },
    };
}
