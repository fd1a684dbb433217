namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>Says who asks for an operation and why, for the record.</summary>
/// <param name="Who">The person or program that asks.</param>
/// <param name="Why">The reason. Cancelling and skipping need one; for all else the reason may be empty.</param>
[GenerateSerializer, Immutable, Alias("batch.operator-note")]
public sealed record OperatorNote(string Who, string Why);
