namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>Adds a sink. Silos seed the sink once older transactions have ended. The result is the sink's number.</summary>
/// <param name="Name">The sink's name, without a slash.</param>
/// <param name="Upstream">The sink to follow, or null. Default: null.</param>
/// <param name="StartAt">
/// <c>start</c> for the oldest retained entry, <c>tail</c> for the next entry that is enqueued. Default: <c>start</c>.
/// </param>
/// <remarks>
/// Refused when the upstream is unknown, or the sink exists with another one. Refused for an impossible name or start as well.
/// </remarks>
[GenerateSerializer, Immutable, Alias("batch.add-sink")]
public sealed record AddSink(string Name, string? Upstream = null, string StartAt = "start") : Operation<short>
{
    internal override OperationCall Call =>
        new OperationCall("add_sink").With("name", Name).With("upstream", Upstream).With("start_at", StartAt);
}
