using System.Globalization;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

/// <summary>Names the database file of a group: readable where the schema's name allows it, and never the same for two groups.</summary>
public static class LakePath
{
    /// <summary>The ending of a database file.</summary>
    public const string Extension = ".duckdb";

    /// <summary>Gives the full path of a group's database file.</summary>
    /// <param name="lakeDirectory">The directory that holds all of them.</param>
    /// <param name="group">The group.</param>
    public static string Of(string lakeDirectory, GroupKey group) => Path.Combine(
        Path.GetFullPath(lakeDirectory),
        group.TeamId.ToString(CultureInfo.InvariantCulture),
        GroupFileName.Of(group.SchemaId) + Extension);

    /// <summary>Tells by its path which group a file belongs to; null when the name is hashed or is not one of a lake's.</summary>
    /// <param name="path">The path of the file.</param>
    public static GroupKey? GroupOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var team = Path.GetFileName(Path.GetDirectoryName(path));
        return GroupFileName.SchemaOf(name) is { } schema
            && long.TryParse(team, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var teamId)
                ? new GroupKey(teamId, schema)
                : null;
    }
}
