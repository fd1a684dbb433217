using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>What is to become of an entry.</summary>
internal abstract record EntryVerdict
{
    /// <summary>The cursor passes it without the sink.</summary>
    /// <param name="Why">The reason, for people.</param>
    /// <param name="ByOperator">Whether an operator decided it.</param>
    /// <param name="Counts">
    /// Whether the batch counts in its run here; false when the run began before the sink, or the upstream left it out.
    /// </param>
    public sealed record Skip(string Why, bool ByOperator = false, bool Counts = true) : EntryVerdict;

    /// <summary>Its run fails here without the entry being attempted.</summary>
    /// <param name="Error">The error, for people.</param>
    public sealed record Fail(string Error) : EntryVerdict;

    /// <summary>The sink works on it.</summary>
    /// <param name="AppliesBatch">Whether the sink applies the batch.</param>
    /// <param name="End">The end of the run that the sink is told after it, or null.</param>
    /// <param name="SkipsBatch">Why the batch is not applied although its run ends with it, or null.</param>
    /// <param name="Applied">What the sink did with the batch when a former owner applied it, or null.</param>
    public sealed record Work(bool AppliesBatch, RunEnd? End, Skip? SkipsBatch = null, BatchResult? Applied = null) : EntryVerdict;
}
