namespace OrleansBatch.Sinks.Stores;

/// <summary>Says that a store did not do what was asked of it.</summary>
/// <param name="message">What happened, where, and what to do: shown to people as it is, so without credentials.</param>
/// <param name="trouble">The kind of trouble.</param>
/// <param name="innerException">The error behind it, or null.</param>
public sealed class StoreException(string message, StoreTrouble trouble, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Gets the kind of trouble.</summary>
    public StoreTrouble Trouble { get; } = trouble;
}
