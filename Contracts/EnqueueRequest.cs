namespace OrleansBatch.Contracts;

/// <summary>A batch to put into the queue.</summary>
public sealed record EnqueueRequest
{
    /// <summary>Gets the team of the group that the batch belongs to.</summary>
    public required long TeamId { get; init; }

    /// <summary>Gets the schema of the group that the batch belongs to: 1 to 200 characters.</summary>
    public required string SchemaId { get; init; }

    /// <summary>Gets the run that the batch belongs to. A run's first batch opens it.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Gets the batch's index in the run: 0 or more, rising, gaps allowed.</summary>
    public required int BatchIndex { get; init; }

    /// <summary>Gets the file that holds the rows; null only in a final request without data.</summary>
    public required string? Path { get; init; }

    /// <summary>Gets a value indicating whether the batch ends its run. Default: false.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Gets the number of rows, or null when the number is not known. Default: null.</summary>
    public long? RowCount { get; init; }

    /// <summary>Gets the size in bytes, or null when the size is not known. Default: null.</summary>
    public long? ByteSize { get; init; }

    /// <summary>Gets what the run does to the rows already in the sink; the same for all batches of a run. Default: append.</summary>
    public SyncType SyncType { get; init; }

    /// <summary>Gets the primary key's columns, or null to keep those of the run. Default: null.</summary>
    public IReadOnlyList<string>? PrimaryKeys { get; init; }

    /// <summary>Gets metadata for the sink, a JSON object. Default: {}.</summary>
    public string Metadata { get; init; } = "{}";

    /// <summary>
    /// Gets what becomes of rows with a null in their primary key. Null keeps the rule of the run's first batch.
    /// A first batch with null refuses such rows.
    /// Default: null.
    /// </summary>
    public NullKeyRule? NullKeys { get; init; }

    /// <summary>
    /// Gets what becomes of values that a sink can't hold exactly. Null keeps the rule of the run's first batch.
    /// A first batch with null refuses such values.
    /// Default: null.
    /// </summary>
    public LossRule? Lossy { get; init; }

    /// <summary>
    /// Gets how the change events of a cdc run are read. Null keeps what the run's first batch said; that one must say it.
    /// Default: null.
    /// </summary>
    public Cdc? Cdc { get; init; }

    /// <summary>
    /// Gets the run's options, a JSON object.
    /// Known are <c>on_failure</c>, <c>supersede</c>, <c>origin</c>, <c>null_keys</c>, <c>lossy</c> and <c>cdc</c>.
    /// Default: {}.
    /// </summary>
    public string Options { get; init; } = "{}";
}
