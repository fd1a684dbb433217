namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// Asks for a replay in a sink. The group's owner carries the request out. The result is the request's number.
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Sink">The sink's name.</param>
/// <param name="FromSeq">The first entry to apply again, 1 or more.</param>
/// <param name="Force">True when rows of append and cdc runs may be there twice afterwards. Default: false.</param>
/// <remarks>Refused when group or sink is unknown, or the entries can't be applied again.</remarks>
[GenerateSerializer, Immutable, Alias("batch.replay")]
public sealed record Replay(GroupKey Group, string Sink, long FromSeq, bool Force = false) : Operation<long>
{
    internal override OperationCall Call =>
        new OperationCall("replay").With(Group).With("sink", Sink).With("from_seq", FromSeq).With("force", Force);
}
