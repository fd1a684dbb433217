namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>What a sink did with one batch. A repeated batch, which the sink has already, gets the result of the time it was applied.</summary>
public sealed record BatchResult
{
    /// <summary>Gets the result of a sink that does not count rows.</summary>
    public static BatchResult NotCounted { get; } = new();

    /// <summary>Gets the number of rows of the batch that the sink took in; null when the sink does not count them.</summary>
    public long? RowsApplied { get; init; }

    /// <summary>Gets the number of rows in the destination that rows of the batch replaced; null when the sink does not count them.</summary>
    public long? RowsReplaced { get; init; }

    /// <summary>Gets the number of values that were rounded, because the run accepts it. Default: 0.</summary>
    public long ValuesRounded { get; init; }
}
