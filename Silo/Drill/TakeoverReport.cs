namespace OrleansBatch.Silo.Drill;

/// <summary>How long the groups of a lost owner waited for the next one.</summary>
/// <param name="Fault">The fault's name.</param>
/// <param name="Count">How many takeovers were measured.</param>
/// <param name="P50">Half were faster than this, in seconds.</param>
/// <param name="P90">Nine of ten were faster than this, in seconds.</param>
/// <param name="P99">99 of 100 were faster than this, in seconds.</param>
/// <param name="Max">The longest, in seconds.</param>
/// <param name="Slowest">The group that waited longest, as <c>team/schema</c>; null when none was measured.</param>
/// <param name="Bound">The bound that the 99th percentile is held to, in seconds; null where nothing is promised.</param>
/// <param name="LeftOut">How many were left out, by the reason.</param>
public sealed record TakeoverReport(
    string Fault,
    int Count,
    double P50,
    double P90,
    double P99,
    double Max,
    string? Slowest,
    double? Bound,
    IReadOnlyDictionary<string, int> LeftOut);
