namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>Says that a sink's destination must not be used, now or later. A silo with such a sink does not start.</summary>
/// <param name="message">The destination, what it lacks, and what to do: shown to people as it is.</param>
/// <param name="innerException">The error behind it, or null.</param>
public sealed class SinkRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
