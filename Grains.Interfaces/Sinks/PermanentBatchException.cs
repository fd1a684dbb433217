namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>Says that a batch can never be applied, so that its run is failed at once instead of being retried.</summary>
/// <param name="message">The fault, the file and the remedy: shown to people as it is.</param>
/// <param name="innerException">The error behind it, or null.</param>
public sealed class PermanentBatchException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets the message of the library behind the sink, in one line, for a closer look; null when there is none.</summary>
    public string? Detail { get; init; }
}
