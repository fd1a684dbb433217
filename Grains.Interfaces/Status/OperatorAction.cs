namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>What an operator has done, as the table <c>operator_action</c> has it on record.</summary>
/// <param name="CreatedAt">When.</param>
/// <param name="Verb">The verb, such as retry.</param>
/// <param name="Subject">The run, group, team or sink it was about, as people name it.</param>
/// <param name="Who">Who did it.</param>
/// <param name="Why">The reason; may be empty.</param>
[GenerateSerializer, Immutable, Alias("batch.operator-action")]
public sealed record OperatorAction(DateTimeOffset CreatedAt, string Verb, string Subject, string Who, string Why);
