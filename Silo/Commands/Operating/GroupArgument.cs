using System.CommandLine;
using System.Globalization;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Commands.Operating;

// A group on the command line: TEAM/SCHEMA. What follows the first slash is the schema, whatever it holds.
internal static class GroupArgument
{
    public static Argument<GroupKey> Create() => new("group")
    {
        Description = "The group: TEAM/SCHEMA.",
        HelpName = "TEAM/SCHEMA",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (TryParse(text) is { } group)
            {
                return group;
            }

            result.AddError($"\"{text}\" names no group: write TEAM/SCHEMA, as in 7/orders.");
            return default;
        },
    };

    public static GroupKey? TryParse(string text) =>
        text.Split('/', 2) is [var team, { Length: > 0 } schema] && TryParseTeam(team) is { } id ? new GroupKey(id, schema) : null;

    public static long? TryParseTeam(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var team) ? team : null;
}
