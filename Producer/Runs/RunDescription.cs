namespace OrleansBatch.Producer.Runs;

/// <summary>Says which run a <see cref="RunWriter"/> writes, and how its sinks are to take it.</summary>
public sealed record RunDescription
{
    /// <summary>Gets the team of the run's group.</summary>
    public required long TeamId { get; init; }

    /// <summary>Gets the schema of the run's group: 1 to 200 characters.</summary>
    public required string SchemaId { get; init; }

    /// <summary>Gets the run's id; a producer that starts again with the same id and files goes on. Default: a new one.</summary>
    public Guid RunId { get; init; } = RunIds.Next();

    /// <summary>Gets what the run does to the rows already in the sink. Default: append.</summary>
    public SyncType SyncType { get; init; }

    /// <summary>Gets the primary key's columns; incremental runs need them. Default: none.</summary>
    public IReadOnlyList<string> PrimaryKeys { get; init; } = [];

    /// <summary>Gets what its group does when the run fails, or null for what its sync type does. Default: null.</summary>
    public OnFailure? OnFailure { get; init; }

    /// <summary>Gets which earlier runs of the group a full refresh ends, or null for the queue's default. Default: null.</summary>
    public Supersede? Supersede { get; init; }

    /// <summary>
    /// Gets what becomes of rows with a null in their primary key, or null for what the run's first batch said, else to refuse them.
    /// Default: null.
    /// </summary>
    public NullKeyRule? NullKeys { get; init; }

    /// <summary>
    /// Gets what becomes of values that a sink can't hold exactly, or null for what the run's first batch said, else to refuse them.
    /// Default: null.
    /// </summary>
    public LossRule? Lossy { get; init; }

    /// <summary>Gets the index of the first batch, for a producer that goes on with a run that has batches. Default: 0.</summary>
    public int FirstIndex { get; init; }

    /// <summary>Gets how often the writer says that it is alive; less than the queue's time for stranded runs. Default: 1 min.</summary>
    public TimeSpan AlivePeriod { get; init; } = TimeSpan.FromMinutes(1);
}
