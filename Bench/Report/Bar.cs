using System.Globalization;

namespace OrleansBatch.Bench.Report;

// The least that a figure must reach: a value, a ratio to its reference, or both.
internal sealed record Bar
{
    public double? AtLeast { get; init; }

    public double? AtMost { get; init; }

    public double? RatioAtLeast { get; init; }

    public double? RatioAtMost { get; init; }

    public bool IsMet(double value, double? ratio) =>
        !(value < AtLeast) && !(value > AtMost)
        && (RatioAtLeast is null || ratio >= RatioAtLeast) && (RatioAtMost is null || ratio <= RatioAtMost);

    public override string ToString()
    {
        (string, double?, string)[] limits =
        [
            (">= ", AtLeast, ""), ("<= ", AtMost, ""), (">= ", RatioAtLeast, " x reference"), ("<= ", RatioAtMost, " x reference"),
        ];
        return string.Join(", ", limits.Where(l => l.Item2 is not null).Select(l =>
            string.Create(CultureInfo.InvariantCulture, $"{l.Item1}{l.Item2:#,0.##}{l.Item3}")));
    }
}
