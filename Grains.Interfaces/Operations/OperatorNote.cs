namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>Says who asks for an operation and why; it is kept on record.</summary>
/// <param name="Who">The person or program that asks.</param>
/// <param name="Why">The reason; cancelling and skipping need one, elsewhere it may be empty.</param>
[GenerateSerializer, Immutable, Alias("batch.operator-note")]
public sealed record OperatorNote(string Who, string Why);
