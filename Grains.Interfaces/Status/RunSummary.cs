namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>A run with its outcome in one sink, as the view <c>run_status</c> shows it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="TeamId">The team of the run's group.</param>
/// <param name="SchemaId">The schema of the run's group.</param>
/// <param name="Sink">The sink's name; null while there is no sink.</param>
/// <param name="State">The state in the sink: waiting, running, succeeded, failed, cancelled, superseded or stranded.</param>
/// <param name="RunState">The state to the producer: open, sealed, cancelled, superseded or stranded.</param>
/// <param name="SyncType">One of append, full_refresh, incremental, cdc.</param>
/// <param name="BatchCount">The batches enqueued so far.</param>
/// <param name="BatchesApplied">The batches that the sink has applied.</param>
/// <param name="BatchesSkipped">The batches that the sink has skipped.</param>
/// <param name="RowsApplied">The rows that the sink took in; null when the sink does not count rows.</param>
/// <param name="FirstError">The error that failed the run in this sink, or null.</param>
/// <param name="CreatedAt">When the run's first batch was enqueued.</param>
/// <param name="StartedAt">When the sink began the run, or null.</param>
/// <param name="FinishedAt">When the run ended in the sink, or null.</param>
/// <param name="DurationSeconds">The seconds from the run's beginning to its end in the sink, or to now; null before the beginning.</param>
[GenerateSerializer, Immutable, Alias("batch.run-summary")]
public sealed record RunSummary(
    Guid RunId,
    long TeamId,
    string SchemaId,
    string? Sink,
    string State,
    string RunState,
    string SyncType,
    long BatchCount,
    long BatchesApplied,
    long BatchesSkipped,
    long? RowsApplied,
    string? FirstError,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    double? DurationSeconds)
{
    /// <summary>Gets the rows of the applied batches, as the producer announced them; null when the producer announced none.</summary>
    [Id(0)] public long? RowsAnnounced { get; init; }

    /// <summary>Gets the rows in the destination that were replaced; null when the sink does not count rows.</summary>
    [Id(1)] public long? RowsReplaced { get; init; }

    /// <summary>Gets the number of values that were rounded, because the run accepts rounding.</summary>
    [Id(2)] public long ValuesRounded { get; init; }

    /// <summary>Gets the number of applied batches whose rows are not as many as the producer announced.</summary>
    [Id(3)] public long BatchesDiffering { get; init; }

    /// <summary>Gets the message of the library behind the first error, in one line, or null.</summary>
    [Id(4)] public string? FirstErrorDetail { get; init; }

    /// <summary>Gets the sink's notes on the run's end, such as indexes that a full refresh could not keep.</summary>
    [Id(5)] public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Gets the run's newest retry, or null.</summary>
    [Id(10)] public Guid? RetriedAs { get; init; }

    /// <summary>Gets that retry's state in this sink, or null without one.</summary>
    [Id(11)] public string? RetryState { get; init; }

    /// <summary>
    /// Gets a value indicating whether the run did not succeed in this sink and its retry did. A mended run no longer counts as failed.
    /// </summary>
    [Id(12)] public bool IsMended { get; init; }

    /// <summary>Gets the number of indexes below the last one that no batch has.</summary>
    [Id(13)] public long BatchesMissing { get; init; }

    /// <summary>Gets the index of the batch that this sink executes at this moment, or null.</summary>
    [Id(14)] public int? ExecutingIndex { get; init; }

    /// <summary>Gets when the attempt at that batch began, or null.</summary>
    [Id(15)] public DateTimeOffset? ExecutingSince { get; init; }
}
