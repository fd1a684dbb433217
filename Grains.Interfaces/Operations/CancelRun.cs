namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// Cancels a run. Batches that are not applied by then are skipped. The result is the marker's seq.
/// </summary>
/// <param name="RunId">The run.</param>
/// <remarks>Refused when the run is unknown or has ended.</remarks>
[GenerateSerializer, Immutable, Alias("batch.cancel-run")]
public sealed record CancelRun(Guid RunId) : Operation<long>
{
    internal override OperationCall Call => new OperationCall("cancel_run").With("run_id", RunId);
}
