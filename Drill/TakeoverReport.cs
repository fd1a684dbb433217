namespace OrleansBatch.Drill;

/// <summary>The times that the groups of a lost owner waited for the next owner.</summary>
/// <param name="Fault">The fault's name.</param>
/// <param name="Count">The number of measured takeovers.</param>
/// <param name="P50">The time below which half of the takeovers stayed, in seconds.</param>
/// <param name="P90">The time below which nine of ten stayed, in seconds.</param>
/// <param name="P99">The time below which 99 of 100 stayed, in seconds.</param>
/// <param name="Max">The longest time, in seconds.</param>
/// <param name="Slowest">The group that waited longest, as <c>team/schema</c>; null when none was measured.</param>
/// <param name="Bound">The bound that the 99th percentile is held to, in seconds; null where nothing is promised.</param>
/// <param name="LeftOut">The number of takeovers that were left out, by the reason.</param>
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
