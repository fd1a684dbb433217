namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>A batch of a run in one sink, as the view <c>batch_status</c> shows it.</summary>
/// <param name="BatchIndex">The batch's index in the run.</param>
/// <param name="Seq">The batch's seq in the group's log.</param>
/// <param name="Sink">The sink's name; null while there is no sink.</param>
/// <param name="State">One of waiting, executing, waiting_retry, failed, skipped, or succeeded with other rows than announced.</param>
/// <param name="Attempt">The number of attempts so far.</param>
/// <param name="LastError">The reason why the batch failed, waits or was skipped, or null.</param>
/// <param name="Path">The file.</param>
[GenerateSerializer, Immutable, Alias("batch.run-batch")]
public sealed record RunBatch(int BatchIndex, long Seq, string? Sink, string State, int Attempt, string? LastError, string Path)
{
    /// <summary>Gets the message of the library behind the sink, in one line, or null.</summary>
    [Id(0)] public string? ErrorDetail { get; init; }

    /// <summary>Gets when the attempt under way began, or the last attempt; null before the first.</summary>
    [Id(10)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets a detail that the state alone leaves out, such as that an operator skipped the batch, or null.</summary>
    [Id(11)] public string? Detail { get; init; }

    /// <summary>Gets the rows that the sink took in; null when the sink does not count rows, or has not applied the batch.</summary>
    [Id(12)] public long? RowsApplied { get; init; }

    /// <summary>Gets the rows that the producer announced, or null.</summary>
    [Id(13)] public long? RowsAnnounced { get; init; }
}
