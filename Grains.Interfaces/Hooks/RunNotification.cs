namespace OrleansBatch.Grains.Interfaces.Hooks;

/// <summary>Tells how a run ended in a sink. Hooks may hear of the same run and sink more than once.</summary>
public sealed record RunNotification
{
    /// <summary>Gets the run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Gets the group of the run.</summary>
    public required GroupKey Group { get; init; }

    /// <summary>Gets the name of the sink that the run ended in.</summary>
    public required string Sink { get; init; }

    /// <summary>Gets how the run ended in the sink: succeeded, failed, cancelled, superseded or stranded.</summary>
    public required string State { get; init; }

    /// <summary>Gets the batches that the sink applied.</summary>
    public required long BatchesApplied { get; init; }

    /// <summary>Gets the batches that the sink skipped.</summary>
    public required long BatchesSkipped { get; init; }

    /// <summary>Gets the rows that the sink took in; null when the sink does not count rows.</summary>
    public required long? RowsApplied { get; init; }

    /// <summary>Gets the rows of the applied batches, as the producer announced them; null when the producer announced none.</summary>
    public long? RowsAnnounced { get; init; }

    /// <summary>Gets the rows in the destination that were replaced; null when the sink does not count rows.</summary>
    public long? RowsReplaced { get; init; }

    /// <summary>Gets the number of values that were rounded, because the run accepts rounding. Default: 0.</summary>
    public long ValuesRounded { get; init; }

    /// <summary>Gets the error that failed the run, or null.</summary>
    public string? FirstError { get; init; }

    /// <summary>Gets when the run's first batch was enqueued.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the sink began the run.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when the run ended in the sink.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Gets how often the hooks were called before without all of them returning.</summary>
    public required int Tries { get; init; }
}
