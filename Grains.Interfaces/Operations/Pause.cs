namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// Pauses the groups of a scope after their present batches. The result is false when the same scope was paused already.
/// </summary>
/// <param name="Scope">The scope.</param>
/// <remarks>Refused when the sink is unknown, or the scope has a schema and no team.</remarks>
[GenerateSerializer, Immutable, Alias("batch.pause")]
public sealed record Pause(PauseScope Scope) : Operation<bool>
{
    internal override OperationCall Call => new OperationCall("pause").With(Scope);
}
