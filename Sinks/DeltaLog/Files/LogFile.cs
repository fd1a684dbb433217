using System.Globalization;

using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Files;

// A file of the log, told by its name. Files of other kinds have no kind here.
internal sealed record LogFile(long Version, LogFileKind Kind, int Part, int Parts, StoredObject Object)
{
    public static LogFile? TryParse(StoredObject item)
    {
        var name = item.Name.AsSpan(LogNames.Directory.Length);
        if (name.Length <= LogNames.Digits || name[LogNames.Digits] != '.'
            || !long.TryParse(name[..LogNames.Digits], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return null;
        }

        var words = name[(LogNames.Digits + 1)..].ToString().Split('.');
        return words switch
        {
            ["json"] => new(version, LogFileKind.Commit, 1, 1, item),
            ["checkpoint", "parquet"] => new(version, LogFileKind.Checkpoint, 1, 1, item),
            ["checkpoint", _, "parquet" or "json"] => new(version, LogFileKind.NamedCheckpoint, 1, 1, item),
            ["checkpoint", var part, var parts, "parquet"] when Number(part) is { } p && Number(parts) is { } n =>
                new(version, LogFileKind.CheckpointPart, p, n, item),
            _ => new(version, LogFileKind.Other, 1, 1, item),
        };
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
