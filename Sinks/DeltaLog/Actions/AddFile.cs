using System.Collections.Immutable;

namespace OrleansBatch.Sinks.DeltaLog.Actions;

/// <summary>A data file of a table.</summary>
public sealed record AddFile
{
    private readonly string? _uri;

    /// <summary>Gets the file's name within the table's store, or a whole address when the file lies elsewhere.</summary>
    public required string Path { get; init; }

    /// <summary>Gets whether the path is a whole address, as in shallow clones.</summary>
    public bool IsAbsolute { get; init; }

    /// <summary>Gets the size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Gets when the file was written.</summary>
    public required DateTimeOffset ModificationTime { get; init; }

    /// <summary>Gets the value of each partition column as text; null or empty text is a null.</summary>
    public IReadOnlyDictionary<string, string?> PartitionValues { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Gets the statistics, or null. Other writers leave them out, or write their own.</summary>
    public FileStats? Stats { get; init; }

    /// <summary>Gets other facts of the file, or null.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Gets the rows of the file that are deleted, or null.</summary>
    public DeletionVector? DeletionVector { get; init; }

    /// <summary>Gets the number of rows that count, or null when nobody wrote it down.</summary>
    public long? Rows => Stats?.NumRecords - (DeletionVector?.Cardinality ?? 0);

    // The path as it stands in the log.
    internal string Uri
    {
        get => _uri ?? FilePath.Encode(Path);
        init => _uri = value;
    }

    internal string Key => FilePath.Key(Path, DeletionVector);
}
