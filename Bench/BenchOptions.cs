namespace OrleansBatch.Bench;

internal sealed record BenchOptions
{
    public required string Scenario { get; init; }

    // The number of groups of one drain, in place of the presets.
    public int? Groups { get; init; }

    public int? Batches { get; init; }

    public int SleepMs { get; init; }

    // The number of measurements of each case; the median counts.
    public required int Runs { get; init; }

    // The length of a phase, for scenarios that go by time. Each scenario has a default of its own.
    public int? Seconds { get; init; }

    // The share of the full work: 0.1 is a tenth.
    public double Scale { get; init; } = 1;

    // A drain that has not ended by the limit counts by the batches it has applied.
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(5);

    public required string File { get; init; }

    public string? Directory { get; init; }

    public string? Json { get; init; }

    public bool Quick { get; init; }

    public bool Keep { get; init; }

    public TimeSpan ReferenceTime => TimeSpan.FromSeconds(Quick ? 1 : 5);

    public TimeSpan WarmUpTime => TimeSpan.FromSeconds(Quick ? 0 : 10);

    public int Scaled(int full, int least) => Math.Max(least, (int)(full * Scale));

    public TimeSpan Phase(int seconds, int quick) => TimeSpan.FromSeconds(Seconds ?? (Quick ? quick : seconds));
}
