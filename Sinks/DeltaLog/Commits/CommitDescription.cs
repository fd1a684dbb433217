using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace OrleansBatch.Sinks.DeltaLog.Commits;

/// <summary>What a commit says of itself: for people and for histories. Checkpoints do not keep it.</summary>
/// <param name="Operation">What was done, such as WRITE.</param>
public sealed record CommitDescription(string Operation)
{
    /// <summary>Gets how it was done, such as the mode.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Gets counts of what was done, such as numOutputRows.</summary>
    public IReadOnlyDictionary<string, long> Metrics { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Gets the program's name and version, or null.</summary>
    public string? EngineInfo { get; init; }

    /// <summary>Gets members of the program's own, or null. Their names are none of Delta's.</summary>
    public JsonObject? Custom { get; init; }
}
