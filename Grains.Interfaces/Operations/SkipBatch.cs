namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// Has a batch passed without being applied. The owners of the group carry the skip out. The result is the number of sinks.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="BatchIndex">The batch's index in the run, 0 or more.</param>
/// <param name="Sink">The sink's name, or null for every active one that has not passed the batch. Default: null.</param>
/// <remarks>Refused when the batch is unknown or passed already, or there is no reason.</remarks>
[GenerateSerializer, Immutable, Alias("batch.skip-batch")]
public sealed record SkipBatch(Guid RunId, int BatchIndex, string? Sink = null) : Operation<int>
{
    internal override OperationCall Call =>
        new OperationCall("skip_batch").With("run_id", RunId).With("batch_index", BatchIndex).With("sink", Sink);
}
