namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>A silo that runs at this moment and serves a sink, as the view <c>serving_silo</c> shows it.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="Sink">The sink's name.</param>
/// <param name="Host">The machine that the silo runs on; null for a silo of an earlier version.</param>
/// <param name="ProcessId">The silo's process there; null for a silo of an earlier version.</param>
/// <param name="Version">The version of the silo's program; null for a silo of an earlier version.</param>
/// <param name="Destination">The place that the sink writes to; null when the sink does not name one.</param>
/// <param name="InputRoots">The directories that the sink reads batches from; empty when it names none.</param>
/// <param name="StartedAt">When the silo started, by the database's clock.</param>
[GenerateSerializer, Immutable, Alias("batch.serving-silo")]
public sealed record ServingSilo(
    string Silo,
    string Sink,
    string? Host,
    int? ProcessId,
    string? Version,
    string? Destination,
    IReadOnlyList<string> InputRoots,
    DateTimeOffset StartedAt);
