namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>Says "not now": the group waits and is tried again without an attempt being counted.</summary>
/// <param name="message">What the sink waits for: shown to people as it is.</param>
/// <param name="retryAfter">How long the group waits before it is tried again.</param>
/// <param name="innerException">The error behind it, or null.</param>
public sealed class SinkNotReadyException(string message, TimeSpan retryAfter, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Gets how long the group waits before it is tried again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>
    /// Gets what kind of reason it is, one of <see cref="NotReadyCode"/>; <c>doctor</c> chooses the remedy by it, and readiness turns red when
    /// the destination itself can't be written. Default: <see cref="NotReadyCode.Other"/>.
    /// </summary>
    public string Code { get; init; } = NotReadyCode.Other;

    /// <summary>Gets what the library behind the sink said itself, in one line, for whoever looks closer; null when it said nothing.</summary>
    public string? Detail { get; init; }
}
