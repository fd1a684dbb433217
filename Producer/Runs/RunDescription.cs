namespace OrleansBatch.Producer.Runs;

/// <summary>Describes the run that a <see cref="RunWriter"/> writes, with its options for the sinks.</summary>
public sealed record RunDescription
{
    /// <summary>Gets the team of the run's group.</summary>
    public required long TeamId { get; init; }

    /// <summary>Gets the schema of the run's group: 1 to 200 characters.</summary>
    public required string SchemaId { get; init; }

    /// <summary>
    /// Gets the run's id. A producer that starts again with the same id and files goes on with the run. Default: a new id.
    /// </summary>
    public Guid RunId { get; init; } = RunIds.Next();

    /// <summary>Gets what the run does to the rows already in the sink. Default: append.</summary>
    public SyncType SyncType { get; init; }

    /// <summary>Gets the primary key's columns; incremental and cdc runs need them. Default: none.</summary>
    public IReadOnlyList<string> PrimaryKeys { get; init; } = [];

    /// <summary>Gets what the group does when the run fails, or null for the default of the sync type. Default: null.</summary>
    public OnFailure? OnFailure { get; init; }

    /// <summary>Gets which earlier runs of the group a full refresh ends, or null for the queue's default. Default: null.</summary>
    public Supersede? Supersede { get; init; }

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

    /// <summary>Gets the index of the first batch, for a producer that goes on with a run that has batches. Default: 0.</summary>
    public int FirstIndex { get; init; }

    /// <summary>Gets the period of the writer's signs of life, below the queue's time for stranded runs. Default: 1 min.</summary>
    public TimeSpan AlivePeriod { get; init; } = TimeSpan.FromMinutes(1);
}
