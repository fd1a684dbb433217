namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>Appends the unfinished batches of a run as a new run. The result is that run's id.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Force">True when later runs of the group may have been applied already. Default: false.</param>
/// <param name="Seal">
/// True to seal the new run, false to leave it open. Null seals the new run if the first one had all its batches. Default: null.
/// </param>
/// <remarks>
/// Refused when the run is unknown, has not ended or was retried already, when nothing is unfinished, or when later runs were applied.
/// </remarks>
[GenerateSerializer, Immutable, Alias("batch.retry-run")]
public sealed record RetryRun(Guid RunId, bool Force = false, bool? Seal = null) : Operation<Guid>
{
    internal override OperationCall Call => new OperationCall("retry_run").With("run_id", RunId).With("force", Force).With("seal", Seal);
}
