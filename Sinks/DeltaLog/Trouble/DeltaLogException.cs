namespace OrleansBatch.Sinks.DeltaLog.Trouble;

/// <summary>Says that a table's log can't be read or written as asked.</summary>
/// <param name="message">Which table, what is the matter and what to do: shown to people as it is.</param>
/// <param name="trouble">The kind of trouble.</param>
/// <param name="innerException">The error behind it, or null.</param>
public sealed class DeltaLogException(string message, DeltaLogTrouble trouble, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Gets the kind of trouble.</summary>
    public DeltaLogTrouble Trouble { get; } = trouble;
}
