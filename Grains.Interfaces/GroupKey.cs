namespace OrleansBatch.Grains.Interfaces;

/// <summary>Names a group: the batches of one schema of one team. Batches of a group are applied in order, one at a time.</summary>
/// <param name="TeamId">The team that owns the data.</param>
/// <param name="SchemaId">The schema within the team: any non-empty text of up to 200 characters.</param>
[GenerateSerializer, Immutable, Alias("batch.group-key")]
public readonly record struct GroupKey(long TeamId, string SchemaId)
{
    /// <summary>Shows the group as people write it, for messages and logs: <c>team/schema</c>.</summary>
    public override string ToString() => $"{TeamId}/{SchemaId}";
}
