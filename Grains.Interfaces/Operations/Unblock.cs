namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>Lets a blocked group go on with the next run. The result is false when the group was not blocked.</summary>
/// <param name="Group">The group.</param>
/// <param name="Sink">The sink's name.</param>
[GenerateSerializer, Immutable, Alias("batch.unblock")]
public sealed record Unblock(GroupKey Group, string Sink) : Operation<bool>
{
    internal override OperationCall Call => new OperationCall("unblock").With(Group).With("sink", Sink);
}
