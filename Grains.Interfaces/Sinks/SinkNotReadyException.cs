namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>Says "not now": the group waits and is tried again without an attempt being counted.</summary>
/// <param name="message">The thing that the sink waits for: shown to people as it is.</param>
/// <param name="retryAfter">How long the group waits before it is tried again.</param>
/// <param name="innerException">The error behind it, or null.</param>
public sealed class SinkNotReadyException(string message, TimeSpan retryAfter, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Gets how long the group waits before it is tried again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>
    /// Gets the kind of reason, one of <see cref="NotReadyCode"/>, by which <c>doctor</c> chooses the remedy.
    /// Readiness turns red when the destination itself can't be written. Default: <see cref="NotReadyCode.Other"/>.
    /// </summary>
    public string Code { get; init; } = NotReadyCode.Other;

    /// <summary>Gets the message of the library behind the sink, in one line, for a closer look; null when there is none.</summary>
    public string? Detail { get; init; }
}
