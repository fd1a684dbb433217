namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>The result of a run's end in a sink.</summary>
public sealed record RunEndResult
{
    /// <summary>Gets the result of an end with nothing to tell.</summary>
    public static RunEndResult Done { get; } = new();

    /// <summary>
    /// Gets notes for people about an end that succeeded, such as an index that could not be kept. Each is a sentence, shown as it is.
    /// Default: none.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
