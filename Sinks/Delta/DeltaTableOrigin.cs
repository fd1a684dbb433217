namespace OrleansBatch.Sinks.Delta;

/// <summary>A batch by the run under which it was first enqueued.</summary>
/// <param name="RunId">The run.</param>
/// <param name="BatchIndex">The place of the batch in the run.</param>
public sealed record DeltaTableOrigin(Guid RunId, long BatchIndex);
