namespace OrleansBatch.Grains.Interfaces.Intake;

/// <summary>A batch to put into the queue.</summary>
[GenerateSerializer, Immutable, Alias("batch.enqueue-request")]
public sealed record EnqueueRequest
{
    /// <summary>Gets the group that the batch belongs to.</summary>
    [Id(0)] public required GroupKey Group { get; init; }

    /// <summary>Gets the run that the batch belongs to; its first batch opens the run.</summary>
    [Id(1)] public required Guid RunId { get; init; }

    /// <summary>Gets the batch's index in the run: 0 or more, rising, gaps allowed.</summary>
    [Id(2)] public required int BatchIndex { get; init; }

    /// <summary>Gets the file that holds the rows; null only in a final request that brings no data.</summary>
    [Id(3)] public required string? Path { get; init; }

    /// <summary>Gets a value indicating whether the batch ends its run. Default: false.</summary>
    [Id(4)] public bool IsFinal { get; init; }

    /// <summary>Gets the number of rows, or null when it is not known. Default: null.</summary>
    [Id(5)] public long? RowCount { get; init; }

    /// <summary>Gets the size in bytes, or null when it is not known. Default: null.</summary>
    [Id(6)] public long? ByteSize { get; init; }

    /// <summary>Gets what the run does to the rows already in the sink; the same for all batches of a run. Default: append.</summary>
    [Id(7)] public SyncType SyncType { get; init; }

    /// <summary>Gets the primary key's columns, or null to keep those of the run. Default: null.</summary>
    [Id(8)] public IReadOnlyList<string>? PrimaryKeys { get; init; }

    /// <summary>Gets metadata for the sink, a JSON object. Default: {}.</summary>
    [Id(9)] public string Metadata { get; init; } = "{}";

    /// <summary>
    /// Gets the run's options, a JSON object; known are <c>on_failure</c>, <c>supersede</c>, <c>origin</c>, <c>null_keys</c> and <c>lossy</c>.
    /// Default: {}.
    /// </summary>
    [Id(10)] public string Options { get; init; } = "{}";

    /// <summary>
    /// Gets what becomes of rows with a null in their primary key, or null for what the run's first batch said, else to refuse them.
    /// Default: null.
    /// </summary>
    [Id(11)] public NullKeyRule? NullKeys { get; init; }

    /// <summary>
    /// Gets what becomes of values that a sink can't hold exactly, or null for what the run's first batch said, else to refuse them.
    /// Default: null.
    /// </summary>
    [Id(12)] public LossRule? Lossy { get; init; }
}
