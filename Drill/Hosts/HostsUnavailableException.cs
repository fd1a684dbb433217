namespace OrleansBatch.Drill.Hosts;

/// <summary>Says in one sentence why silos can't have hosts of their own here, and what to do.</summary>
/// <param name="message">The sentence.</param>
public sealed class HostsUnavailableException(string message) : Exception(message);
