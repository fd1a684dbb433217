namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>A batch of a run in one sink, as the view <c>batch_status</c> shows it.</summary>
/// <param name="BatchIndex">Its index in the run.</param>
/// <param name="Seq">Its place in the group's log.</param>
/// <param name="Sink">The sink's name; null while there is no sink.</param>
/// <param name="State">One of waiting, executing, waiting_retry, failed, skipped, or succeeded with other rows than announced.</param>
/// <param name="Attempt">How often it was attempted.</param>
/// <param name="LastError">Why it failed, waits or was skipped, or null.</param>
/// <param name="Path">The file.</param>
[GenerateSerializer, Immutable, Alias("batch.run-batch")]
public sealed record RunBatch(int BatchIndex, long Seq, string? Sink, string State, int Attempt, string? LastError, string Path)
{
    /// <summary>Gets what the library behind the sink said of the error, in one line, or null.</summary>
    [Id(0)] public string? ErrorDetail { get; init; }

    /// <summary>Gets when the attempt under way began, or the last one; null before the first.</summary>
    [Id(10)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets what the state alone does not say, such as by an operator, or null.</summary>
    [Id(11)] public string? Detail { get; init; }

    /// <summary>Gets the rows that the sink took in; null when it did not count them, or has not applied the batch.</summary>
    [Id(12)] public long? RowsApplied { get; init; }

    /// <summary>Gets the rows that the producer announced, or null.</summary>
    [Id(13)] public long? RowsAnnounced { get; init; }
}
