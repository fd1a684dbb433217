using System.Collections.Immutable;

using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Actions;

// Makes the actions of files of what a commit or a checkpoint says.
internal static class FileActions
{
    // Most tables have no partitions: their files share one empty map.
    public static IReadOnlyDictionary<string, string?> NoValues => ImmutableDictionary<string, string?>.Empty;

    public static AddFile Add(
        string? uri,
        long? size,
        long? modified,
        string? stats,
        IReadOnlyDictionary<string, string?> values,
        IReadOnlyDictionary<string, string?>? tags,
        DeletionVector? vector)
    {
        var path = uri ?? throw NoPath();
        return new AddFile
        {
            Path = FilePath.Decode(path),
            Uri = path,
            IsAbsolute = FilePath.IsAbsolute(path),
            Size = size ?? 0,
            ModificationTime = Time(modified) ?? DateTimeOffset.UnixEpoch,
            PartitionValues = values,
            Stats = stats is null ? null : FileStats.Parse(stats),
            Tags = tags,
            DeletionVector = vector,
        };
    }

    public static RemoveFile Remove(
        string? uri, long? size, long? deleted, IReadOnlyDictionary<string, string?>? values, DeletionVector? vector)
    {
        var path = uri ?? throw NoPath();
        return new RemoveFile
        {
            Path = FilePath.Decode(path),
            Uri = path,
            DeletionTimestamp = Time(deleted),
            PartitionValues = values,
            Size = size,
            DeletionVector = vector,
        };
    }

    // Milliseconds since 1970.
    public static DateTimeOffset? Time(long? number) =>
        number is null ? null
        : number >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && number <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(number.Value)
            : throw new BadLogText($"{number} is no time");

    private static BadLogText NoPath() => new("a file has no path");
}
