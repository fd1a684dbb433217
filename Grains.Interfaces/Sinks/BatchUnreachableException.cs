namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// Says that this silo can't reach the batch's file, though another may. The group is passed on, and no attempt is counted.
/// The group waits only when no running silo reaches the file.
/// </summary>
/// <param name="message">The path that is out of reach here, and the remedy: shown to people as it is.</param>
/// <param name="innerException">The error behind it, or null.</param>
public sealed class BatchUnreachableException(string message, Exception? innerException = null) : Exception(message, innerException);
