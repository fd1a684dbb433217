namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>A sink and the silos that serve it.</summary>
/// <param name="Name">The sink's name.</param>
/// <param name="State">One of adding, active, disabled.</param>
/// <param name="Upstream">The sink that this one follows, or null.</param>
/// <param name="StartsAt">The time from which on the sink takes entries; null for the oldest entry that was there.</param>
/// <param name="GroupsBehind">The groups with unfinished entries in the sink.</param>
/// <param name="Waiting">The entries that wait for the sink.</param>
/// <param name="Silos">The silos that serve the sink at this moment.</param>
[GenerateSerializer, Immutable, Alias("batch.sink-status")]
public sealed record SinkStatus(
    string Name, string State, string? Upstream, DateTimeOffset? StartsAt, long GroupsBehind, long Waiting, IReadOnlyList<string> Silos);
