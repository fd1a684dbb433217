using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Sinks.DuckDb;

/// <summary>Names the database file of a group: readable where the schema's name allows it, and never the same for two groups.</summary>
public static class LakePath
{
    /// <summary>The ending of a database file.</summary>
    public const string Extension = ".duckdb";

    // File systems allow names of 255 bytes. The rest is left for the endings of the file, its log and its spill directory.
    private const int LongestName = 200;
    private const int KeptOfLongName = 100;

    // The mark is never part of an encoded name, so a hashed name can't be taken for another schema's.
    private const char HashMark = '~';

    /// <summary>Gives the full path of a group's database file.</summary>
    /// <param name="lakeDirectory">The directory that holds all of them.</param>
    /// <param name="group">The group.</param>
    public static string Of(string lakeDirectory, GroupKey group) => Path.Combine(
        Path.GetFullPath(lakeDirectory),
        group.TeamId.ToString(CultureInfo.InvariantCulture),
        FileName(group.SchemaId) + Extension);

    /// <summary>Tells by its path which group a file belongs to; null when the name is hashed or is not one of a lake's.</summary>
    /// <param name="path">The path of the file.</param>
    public static GroupKey? GroupOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var team = Path.GetFileName(Path.GetDirectoryName(path));
        return !name.Contains(HashMark, StringComparison.Ordinal)
            && long.TryParse(team, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var teamId)
                ? new GroupKey(teamId, Uri.UnescapeDataString(name))
                : null;
    }

    private static string FileName(string schemaId)
    {
        var bytes = Encoding.UTF8.GetBytes(schemaId);
        var name = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            var letter = (char)value;
            if (char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' || (letter == '.' && name.Length > 0))
            {
                name.Append(letter);
            }
            else
            {
                name.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return name.Length <= LongestName
            ? name.ToString()
            : $"{name.ToString(0, KeptOfLongName)}{HashMark}{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
    }
}
