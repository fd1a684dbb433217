namespace OrleansBatch.Bench;

// What to measure and how much of it.
internal sealed record BenchOptions
{
    public required string Scenario { get; init; }

    // Of one drain instead of the presets.
    public int? Groups { get; init; }

    public int? Batches { get; init; }

    public int SleepMs { get; init; }

    // How often each case is measured; the median counts.
    public required int Runs { get; init; }

    // For how long a phase of a scenario that goes by time lasts; each has its own default.
    public int? Seconds { get; init; }

    // How much of the work: 0.1 is a tenth.
    public double Scale { get; init; } = 1;

    // A drain that has not ended by then counts by what it has done.
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
