using System.Diagnostics.CodeAnalysis;

namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>Ends the pause of exactly this scope. The result is the number of groups that got a wakeup.</summary>
/// <param name="Scope">The scope.</param>
/// <remarks>Refused when the sink is unknown, or the scope is not paused but a wider one is.</remarks>
[SuppressMessage("Naming", "CA1716", Justification = "The verb and the SQL function have this name.")]
[GenerateSerializer, Immutable, Alias("batch.resume")]
public sealed record Resume(PauseScope Scope) : Operation<int>
{
    internal override OperationCall Call => new OperationCall("resume").With(Scope);
}
