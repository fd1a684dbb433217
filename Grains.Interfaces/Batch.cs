namespace OrleansBatch.Grains.Interfaces;

/// <summary>One unit of work of a group: a file, with its place in the log and in its run.</summary>
public sealed record Batch
{
    /// <summary>Gets the group that the batch belongs to.</summary>
    public required GroupKey Group { get; init; }

    /// <summary>Gets the position in the group's log, counted from 1 without gaps.</summary>
    public required long Seq { get; init; }

    /// <summary>Gets the run that brought the batch.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Gets the batch's index within its run, as the producer numbered it.</summary>
    public required int BatchIndex { get; init; }

    /// <summary>
    /// Gets the run under which the batch was first enqueued. A retry keeps it, so that a sink recognises a repeated batch.
    /// </summary>
    public required Guid OriginRunId { get; init; }

    /// <summary>Gets the index under which the batch was first enqueued.</summary>
    public required int OriginIndex { get; init; }

    /// <summary>Gets the file that holds the rows.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the number of rows the producer announced, or null.</summary>
    public long? RowCount { get; init; }

    /// <summary>Gets the size in bytes the producer announced, or null.</summary>
    public long? ByteSize { get; init; }

    /// <summary>Gets what the run does to the rows already in the sink.</summary>
    public required SyncType SyncType { get; init; }

    /// <summary>Gets the names of the primary key's columns; empty unless the run is incremental or cdc.</summary>
    public IReadOnlyList<string> PrimaryKeys { get; init; } = [];

    /// <summary>Gets what becomes of rows with a null in their primary key; fixed by the run's first batch.</summary>
    public NullKeyRule NullKeys { get; init; }

    /// <summary>Gets what becomes of values that the sink can't hold exactly; fixed by the run's first batch.</summary>
    public LossRule Lossy { get; init; }

    /// <summary>Gets how the change events of a cdc run are read; null for other sync types, and fixed by the run's first batch.</summary>
    public Cdc? Cdc { get; init; }

    /// <summary>Gets a value indicating whether the batch ends its run.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Gets the producer's metadata, a JSON object.</summary>
    public string Metadata { get; init; } = "{}";
}
