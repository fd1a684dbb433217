namespace OrleansBatch.Drill.Faults;

// The names of faults on the command line and in the report: half-open, not HalfOpen.
internal static class FaultNames
{
    private static readonly Dictionary<FaultKind, string> _names =
        Enum.GetValues<FaultKind>().ToDictionary(f => f, f => f == FaultKind.HalfOpen ? "half-open" : $"{f}".ToLowerInvariant());

    public static IReadOnlyCollection<string> All => _names.Values;

    public static string Of(FaultKind fault) => _names[fault];

    public static IReadOnlyList<FaultKind> Parse(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseOne).Distinct()];

    private static FaultKind ParseOne(string name) => _names.Where(n => n.Value == name).Select(n => (FaultKind?)n.Key).FirstOrDefault()
        ?? throw new DrillRefusedException($"There is no fault named \"{name}\": there are {string.Join(", ", All)}.");
}
