namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>An attempt at a batch, or at a run's end, that did not succeed.</summary>
/// <param name="BatchIndex">The batch's index in the run; null for the step at the run's end.</param>
/// <param name="Sink">The sink's name.</param>
/// <param name="Attempt">The attempt's number, from 1.</param>
/// <param name="Outcome">One of failed, retry, timed_out, not_ready, passed_on, lost, drained.</param>
/// <param name="StartedAt">When the attempt began, or null when that is not known.</param>
/// <param name="FinishedAt">When the attempt ended.</param>
/// <param name="Silo">The silo that made the attempt, or that was lost in it.</param>
/// <param name="Error">The error, or null.</param>
[GenerateSerializer, Immutable, Alias("batch.run-attempt")]
public sealed record RunAttempt(
    int? BatchIndex,
    string Sink,
    int Attempt,
    string Outcome,
    DateTimeOffset? StartedAt,
    DateTimeOffset FinishedAt,
    string Silo,
    string? Error)
{
    /// <summary>Gets the message of the library behind the sink, in one line, or null.</summary>
    [Id(0)] public string? ErrorDetail { get; init; }
}
