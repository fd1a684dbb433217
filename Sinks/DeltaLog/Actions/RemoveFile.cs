using System.Collections.Immutable;

namespace OrleansBatch.Sinks.DeltaLog.Actions;

/// <summary>A data file that is no part of the table any more, and that readers of older versions may still read.</summary>
public sealed record RemoveFile
{
    private readonly string? _uri;

    /// <summary>Gets the file's name within the table's store, or a whole address when the file lies elsewhere.</summary>
    public required string Path { get; init; }

    /// <summary>Gets when the file was removed. Null is long ago.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Gets the value of each partition column as text, or null when nobody wrote them down.</summary>
    public IReadOnlyDictionary<string, string?>? PartitionValues { get; init; }

    /// <summary>Gets the size in bytes, or null when nobody wrote it down.</summary>
    public long? Size { get; init; }

    /// <summary>Gets the rows of the file that were deleted already, or null.</summary>
    public DeletionVector? DeletionVector { get; init; }

    // The path as it stands in the log.
    internal string Uri
    {
        get => _uri ?? FilePath.Encode(Path);
        init => _uri = value;
    }

    internal string Key => FilePath.Key(Path, DeletionVector);

    /// <summary>Returns the removal of a file that a snapshot has.</summary>
    /// <param name="file">The file.</param>
    /// <param name="at">When it is removed.</param>
    public static RemoveFile Of(AddFile file, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new RemoveFile
        {
            Path = file.Path,
            Uri = file.Uri,
            DeletionTimestamp = at,
            PartitionValues = file.PartitionValues is { Count: 0 } ? ImmutableDictionary<string, string?>.Empty : file.PartitionValues,
            Size = file.Size,
            DeletionVector = file.DeletionVector,
        };
    }
}
