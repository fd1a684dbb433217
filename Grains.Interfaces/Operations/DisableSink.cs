namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// Has no silo work on a sink any more. Entries go on waiting for the sink. The result is false when the sink was disabled already.
/// </summary>
/// <param name="Name">The sink's name.</param>
/// <remarks>Refused when the sink is unknown.</remarks>
[GenerateSerializer, Immutable, Alias("batch.disable-sink")]
public sealed record DisableSink(string Name) : Operation<bool>
{
    internal override OperationCall Call => new OperationCall("disable_sink").With("name", Name);
}
