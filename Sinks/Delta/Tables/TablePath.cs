using System.Globalization;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.Delta.Tables;

/// <summary>Names the table of a group within the lake: a directory per team, and a table per schema in it.</summary>
public static class TablePath
{
    // Files of the duckdb sink end so, with more behind it while they are written. A lake may hold both.
    private const string DuckDbFile = ".duckdb";

    /// <summary>Gives the name of a group's table within the lake: readable where the schema's name allows it, and never the same for two
    /// groups.</summary>
    /// <param name="group">The group.</param>
    public static string Of(GroupKey group)
    {
        var name = GroupFileName.Of(group.SchemaId);
        var at = name.IndexOf(DuckDbFile, StringComparison.OrdinalIgnoreCase);
        while (at >= 0)
        {
            var end = at + DuckDbFile.Length;
            if (end == name.Length || name[end] == '.')
            {
                name = $"{name[..at]}%2E{name[(at + 1)..]}";
            }

            at = name.IndexOf(DuckDbFile, end, StringComparison.OrdinalIgnoreCase);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{group.TeamId}/{name}");
    }

    /// <summary>Tells by its name which group a table belongs to; null when the name is hashed or is not one of a lake's.</summary>
    /// <param name="name">The name within the lake.</param>
    public static GroupKey? GroupOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var parts = name.Split('/');
        return parts.Length == 2 && GroupFileName.SchemaOf(parts[1]) is { } schema
            && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var team)
                ? new GroupKey(team, schema)
                : null;
    }
}
