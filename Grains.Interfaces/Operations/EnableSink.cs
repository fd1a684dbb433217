namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>Has silos work on a disabled sink again. The result is false when the sink was not disabled.</summary>
/// <param name="Name">The sink's name.</param>
/// <remarks>Refused when the sink is unknown.</remarks>
[GenerateSerializer, Immutable, Alias("batch.enable-sink")]
public sealed record EnableSink(string Name) : Operation<bool>
{
    internal override OperationCall Call => new OperationCall("enable_sink").With("name", Name);
}
