using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Commands.Operating;

// A group on the command line: TEAM/SCHEMA. The first slash ends the team, and everything after it is the schema.
internal static class GroupArgument
{
    public static Argument<GroupKey> Create() => new("group")
    {
        Description = "The group: TEAM/SCHEMA.",
        HelpName = "TEAM/SCHEMA",
        CustomParser = result => Parse(result) ?? default,
    };

    public static Option<GroupKey?> CreateOption(string name, string what) => new(name)
    {
        Description = what,
        HelpName = "TEAM/SCHEMA",
        CustomParser = Parse,
    };

    public static GroupKey? TryParse(string text) =>
        text.Split('/', 2) is [var team, { Length: > 0 } schema] && TryParseTeam(team) is { } id ? new GroupKey(id, schema) : null;

    private static GroupKey? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (TryParse(text) is not { } group)
        {
            result.AddError($"\"{text}\" names no group: write TEAM/SCHEMA, as in 7/orders.");
            return null;
        }

        return group;
    }

    public static long? TryParseTeam(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var team) ? team : null;
}
