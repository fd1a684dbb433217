namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>The result of one batch in a sink. A repeated batch gets the result of the time it was applied.</summary>
public sealed record BatchResult
{
    /// <summary>Gets the result of a sink that does not count rows.</summary>
    public static BatchResult NotCounted { get; } = new();

    /// <summary>Gets the number of rows of the batch that the sink took in; null when the sink does not count rows.</summary>
    public long? RowsApplied { get; init; }

    /// <summary>
    /// Gets the number of rows in the destination that rows of the batch replaced; null when the sink does not count rows.
    /// </summary>
    public long? RowsReplaced { get; init; }

    /// <summary>Gets the number of values that were rounded, because the run accepts rounding. Default: 0.</summary>
    public long ValuesRounded { get; init; }
}
