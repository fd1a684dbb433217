namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>Says that the group has, or may have, another owner: nothing more may be written on its behalf.</summary>
/// <param name="message">Which group was lost, and how it was noticed.</param>
/// <param name="innerException">The error behind it, or null.</param>
public sealed class OwnershipLostException(string message, Exception? innerException = null) : Exception(message, innerException);
