namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>The outcome of a run in one sink.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Group">The run's group.</param>
/// <param name="Sink">The sink's name.</param>
/// <param name="State">One of waiting, running, succeeded, failed, cancelled, superseded, stranded.</param>
/// <param name="Batches">The batches enqueued so far.</param>
/// <param name="Applied">The batches that the sink has applied.</param>
/// <param name="Skipped">The batches that the sink has skipped because the run had ended in it.</param>
/// <param name="Rows">The rows that the sink took in; null when the sink does not count rows.</param>
/// <param name="FirstError">The error that failed the run, or null.</param>
[GenerateSerializer, Immutable, Alias("batch.run-status")]
public sealed record RunStatus(
    Guid RunId,
    GroupKey Group,
    string Sink,
    string State,
    long Batches,
    long Applied,
    long Skipped,
    long? Rows,
    string? FirstError)
{
    /// <summary>Gets a value indicating whether nothing more will happen to the run in this sink.</summary>
    public bool IsEnded => State is not ("waiting" or "running");
}
