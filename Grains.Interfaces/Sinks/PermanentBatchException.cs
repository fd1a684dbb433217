namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>Says that a batch can never be applied, so that its run is failed at once instead of being retried.</summary>
/// <param name="message">What is wrong with which file, and what to do: shown to people as it is.</param>
/// <param name="innerException">The error behind it, or null.</param>
public sealed class PermanentBatchException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets what the library behind the sink said itself, in one line, for whoever looks closer; null when it said nothing.</summary>
    public string? Detail { get; init; }
}
