namespace OrleansBatch.Producer;

/// <summary>Says how a <see cref="BatchProducer"/> deals with a database that is away for a moment.</summary>
public sealed record BatchProducerOptions
{
    /// <summary>Gets how often a call is tried again after a transient error or a deadlock, 0 or more. Default: 6.</summary>
    public int MaxRetries { get; init; } = 6;

    /// <summary>Gets the longest pause before the first retry; each further one is up to twice as long. Default: 100 ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets the longest pause before any retry. Default: 5 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the clock that pauses and signs of life go by. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
