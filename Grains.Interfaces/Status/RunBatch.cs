namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>A batch of a run in one sink, as the view <c>batch_status</c> shows it.</summary>
/// <param name="BatchIndex">Its index in the run.</param>
/// <param name="Seq">Its place in the group's log.</param>
/// <param name="Sink">The sink's name; null while there is no sink.</param>
/// <param name="State">One of waiting, executing, waiting_retry, failed, skipped.</param>
/// <param name="Attempt">How often it was attempted.</param>
/// <param name="LastError">Why it failed, waits or was skipped, or null.</param>
/// <param name="Path">The file.</param>
[GenerateSerializer, Immutable, Alias("batch.run-batch")]
public sealed record RunBatch(int BatchIndex, long Seq, string? Sink, string State, int Attempt, string? LastError, string Path)
{
    /// <summary>Gets what the library behind the sink said of the error, in one line, or null.</summary>
    [Id(0)] public string? ErrorDetail { get; init; }
}
