namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>What a sink did at the end of a run.</summary>
public sealed record RunEndResult
{
    /// <summary>Gets the result of an end with nothing to tell.</summary>
    public static RunEndResult Done { get; } = new();

    /// <summary>
    /// Gets what people should know though the end succeeded, such as an index that could not be kept: a sentence each, shown as it is.
    /// Default: none.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
