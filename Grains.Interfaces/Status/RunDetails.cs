namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>Everything an operator asks about one run.</summary>
[GenerateSerializer, Immutable, Alias("batch.run-details")]
public sealed record RunDetails
{
    /// <summary>Gets the run.</summary>
    [Id(0)] public required Guid RunId { get; init; }

    /// <summary>Gets the team of the run's group.</summary>
    [Id(1)] public required long TeamId { get; init; }

    /// <summary>Gets the schema of the run's group.</summary>
    [Id(2)] public required string SchemaId { get; init; }

    /// <summary>Gets the run's state to its producer: open, sealed, cancelled, superseded or stranded.</summary>
    [Id(3)] public required string RunState { get; init; }

    /// <summary>Gets the sync type: append, full_refresh, incremental or cdc.</summary>
    [Id(4)] public required string SyncType { get; init; }

    /// <summary>Gets the primary key's columns.</summary>
    [Id(5)] public required IReadOnlyList<string> PrimaryKeys { get; init; }

    /// <summary>Gets what happens to the group when the run fails: continue or block.</summary>
    [Id(6)] public required string OnFailure { get; init; }

    /// <summary>Gets the run that this one is a retry of, or null.</summary>
    [Id(7)] public required Guid? OriginRunId { get; init; }

    /// <summary>Gets the batches enqueued so far.</summary>
    [Id(8)] public required long BatchCount { get; init; }

    /// <summary>Gets when the run's first batch was enqueued.</summary>
    [Id(9)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the producer's last sign of life.</summary>
    [Id(10)] public required DateTimeOffset AliveAt { get; init; }

    /// <summary>Gets the run's outcome in every sink.</summary>
    [Id(11)] public required IReadOnlyList<RunSummary> Sinks { get; init; }

    /// <summary>
    /// Gets the batches that are not applied, or applied with other rows than announced, oldest first, at most <see cref="MostRows"/>.
    /// </summary>
    [Id(12)] public required IReadOnlyList<RunBatch> Batches { get; init; }

    /// <summary>Gets the attempts that did not succeed, newest first, at most <see cref="MostRows"/>.</summary>
    [Id(13)] public required IReadOnlyList<RunAttempt> Attempts { get; init; }

    /// <summary>Gets what becomes of rows with a null in their primary key: refuse or keep.</summary>
    [Id(14)] public required string NullKeys { get; init; }

    /// <summary>Gets what becomes of values that a sink can't hold exactly: refuse or round.</summary>
    [Id(15)] public required string Lossy { get; init; }

    /// <summary>Gets the run's newest retry, or null.</summary>
    [Id(20)] public Guid? RetriedAs { get; init; }

    /// <summary>Gets the seq of the run's first entry in the group's log; null when none is retained.</summary>
    [Id(21)] public long? FirstSeq { get; init; }

    /// <summary>Gets the seq of the run's last entry in the group's log; null when none is retained.</summary>
    [Id(22)] public long? LastSeq { get; init; }

    /// <summary>Gets the indexes that no batch has, in order, at most <see cref="MostRows"/> ranges.</summary>
    [Id(23)] public IReadOnlyList<IndexRange> MissingIndexes { get; init; } = [];

    /// <summary>Gets how the change events of a cdc run are read, a JSON object; null for other sync types.</summary>
    [Id(24)] public string? Cdc { get; init; }

    /// <summary>The most batches and attempts that are listed.</summary>
    public const int MostRows = 200;
}
