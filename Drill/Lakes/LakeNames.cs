using System.Globalization;
using System.Text.RegularExpressions;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Delta.Tables;

namespace OrleansBatch.Drill.Lakes;

// Tells by the name of an object in a lake what its writer is doing.
internal static partial class LakeNames
{
    // The table's group and the name within the table. The stage of a full refresh is part of its table.
    public static (GroupKey Group, string Name)? Split(string name)
    {
        var end = name.IndexOf('/', StringComparison.Ordinal) is > 0 and var team ? name.IndexOf('/', team + 1) : -1;
        return end > 0 && TablePath.GroupOf(name[..end]) is { } group ? (group, name[(end + 1)..]) : null;
    }

    public static bool IsData(string name) => Path.GetFileName(name.AsSpan()) is var file
        && file.StartsWith("part-", StringComparison.Ordinal) && file.EndsWith(".parquet", StringComparison.Ordinal);

    public static bool IsCommit(string name) => CommitName().IsMatch(name);

    public static bool IsCheckpoint(string name) => name.EndsWith(".checkpoint.parquet", StringComparison.Ordinal);

    // What is about to be put in a directory: a commit or a checkpoint.
    public static bool IsTemporary(string name) =>
        name.Contains("_delta_log/.", StringComparison.Ordinal) && name.EndsWith(".tmp", StringComparison.Ordinal);

    public static long? VersionOf(string name) => CommitName().Match(name) is { Success: true } match
        ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : null;

    [GeneratedRegex(@"_delta_log/(\d{20})\.json$")]
    private static partial Regex CommitName();
}
