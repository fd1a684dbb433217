namespace OrleansBatch.Drill.Faults;

// The names of faults on the command line and in the report: half-open, not HalfOpen.
internal static class FaultNames
{
    private static readonly Dictionary<FaultKind, string> _names =
        Enum.GetValues<FaultKind>().ToDictionary(f => f, f => Hyphenated($"{f}"));

    public static IReadOnlyCollection<string> All => _names.Values;

    public static string Of(FaultKind fault) => _names[fault];

    public static IReadOnlyList<FaultKind> Parse(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseOne).Distinct()];

    private static string Hyphenated(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();

    private static FaultKind ParseOne(string name) => _names.Where(n => n.Value == name).Select(n => (FaultKind?)n.Key).FirstOrDefault()
        ?? throw new DrillRefusedException($"There is no fault named \"{name}\": there are {string.Join(", ", All)}.");
}
