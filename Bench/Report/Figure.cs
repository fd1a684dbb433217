namespace OrleansBatch.Bench.Report;

// One measured quantity of one case: its runs, their median, its reference and its bar.
internal sealed record Figure
{
    private readonly double[] _runs = [];

    public string Kind { get; } = "figure";

    public required string Scenario { get; init; }

    public required string Case { get; init; }

    public required string Measure { get; init; }

    public required string Unit { get; init; }

    public required IReadOnlyList<double> Runs
    {
        get => _runs;
        init => _runs = [.. value.Select(v => Math.Round(v, 4))];
    }

    public double Median => Math.Round(Statistics.Median(Runs), 4);

    public Reference? Reference { get; init; }

    public double? Ratio => Reference is { Median: > 0 } r ? Math.Round(Median / r.Median, 3) : null;

    public string? Bar => Target?.ToString();

    // Null without a bar.
    public bool? Met => Target?.IsMet(Median, Ratio);

    // The parts that the figure leaves out or counts differently.
    public string? Note { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public Bar? Target { get; init; }
}

// The same quantity on the same machine in the same run, without the engine or in the undisturbed case.
internal sealed record Reference(string Name, IReadOnlyList<double> Runs)
{
    public double Median => Math.Round(Statistics.Median(Runs), 4);
}
