namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>An act of an operator, as the table <c>operator_action</c> has it on record.</summary>
/// <param name="CreatedAt">The time of the act, by the database's clock.</param>
/// <param name="Verb">The verb, such as retry.</param>
/// <param name="Subject">The run, group, team or sink that the act was about, as people name it.</param>
/// <param name="Who">The person or program that acted.</param>
/// <param name="Why">The reason; may be empty.</param>
[GenerateSerializer, Immutable, Alias("batch.operator-action")]
public sealed record OperatorAction(DateTimeOffset CreatedAt, string Verb, string Subject, string Who, string Why);
