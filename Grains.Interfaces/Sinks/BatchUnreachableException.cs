namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// Says that this silo can't reach what the batch names, though another may: the group is passed on to a silo that can, and no attempt is counted.
/// Only when no silo that runs can, the group waits.
/// </summary>
/// <param name="message">What can't be reached from here, and what to do: shown to people as it is.</param>
/// <param name="innerException">The error behind it, or null.</param>
public sealed class BatchUnreachableException(string message, Exception? innerException = null) : Exception(message, innerException);
