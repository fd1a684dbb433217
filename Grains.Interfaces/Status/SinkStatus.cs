namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>A sink and who works on it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">One of adding, active, disabled.</param>
/// <param name="Upstream">The sink that it follows, or null.</param>
/// <param name="StartsAt">From when on it takes entries; null: from the oldest one that was there.</param>
/// <param name="GroupsBehind">The groups that have unfinished entries in it.</param>
/// <param name="Waiting">The entries that wait for it.</param>
/// <param name="Silos">The silos that serve it at this moment.</param>
[GenerateSerializer, Immutable, Alias("batch.sink-status")]
public sealed record SinkStatus(
    string Name, string State, string? Upstream, DateTimeOffset? StartsAt, long GroupsBehind, long Waiting, IReadOnlyList<string> Silos);
