namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// Acknowledges a failed run that nobody is going to retry. The result is false when somebody had before. The run stays failed.
/// </summary>
/// <param name="RunId">The run.</param>
/// <remarks>Refused when the run is unknown or has not failed.</remarks>
[GenerateSerializer, Immutable, Alias("batch.acknowledge-run")]
public sealed record AcknowledgeRun(Guid RunId) : Operation<bool>
{
    internal override OperationCall Call => new OperationCall("acknowledge_run").With("run_id", RunId);
}
