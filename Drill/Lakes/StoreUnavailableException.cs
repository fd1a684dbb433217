namespace OrleansBatch.Drill.Lakes;

/// <summary>Says in one sentence why the drill can't have a store of its own here, and what to do.</summary>
/// <param name="message">The sentence.</param>
public sealed class StoreUnavailableException(string message) : Exception(message);
