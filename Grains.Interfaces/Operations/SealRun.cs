namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// Seals a run in its producer's place. A sealed run keeps its end. The result is the seq of the entry that ends the run.
/// </summary>
/// <param name="RunId">The run.</param>
/// <remarks>Refused when the run is unknown, or cancelled, superseded or stranded.</remarks>
[GenerateSerializer, Immutable, Alias("batch.seal-run")]
public sealed record SealRun(Guid RunId) : Operation<long>
{
    internal override OperationCall Call => new OperationCall("seal_run").With("run_id", RunId);
}
