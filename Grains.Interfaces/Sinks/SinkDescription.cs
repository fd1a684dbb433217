namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>The settings of a sink on one silo.</summary>
public sealed record SinkDescription
{
    /// <summary>
    /// Gets the destination, such as an absolute directory or an address without secrets. The silos of one queue must agree on it.
    /// Null when the sink does not name one. Default: null.
    /// </summary>
    public string? Destination { get; init; }

    /// <summary>
    /// Gets the absolute directories, links followed, that the sink reads batches from; empty when it is not bound to any. Default:
    /// empty.
    /// </summary>
    public IReadOnlyList<string> InputRoots { get; init; } = [];
}
