namespace OrleansBatch.Drill;

/// <summary>Names the sinks that a drill can be about.</summary>
public static class DrillSinks
{
    /// <summary>The sink that applies nothing and keeps a ledger.</summary>
    public const string Probe = "probe";

    /// <summary>The sink that writes Delta tables.</summary>
    public const string Delta = "delta";

    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Probe, Delta];
}
