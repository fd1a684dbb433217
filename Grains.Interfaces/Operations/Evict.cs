namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// Ends the session of a group's owner. The result is the process id of the owner's backend, or null when nobody held the group.
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Sink">The sink's name.</param>
/// <remarks>Refused when group or sink is unknown.</remarks>
[GenerateSerializer, Immutable, Alias("batch.evict")]
public sealed record Evict(GroupKey Group, string Sink) : Operation<int?>
{
    internal override OperationCall Call => new OperationCall("evict").With(Group).With("sink", Sink);
}
