namespace OrleansBatch.Grains.Sinks;

/// <summary>The names of the sinks that a silo serves; each is the key of a registered <c>IBatchSink</c>.</summary>
/// <param name="Names">The names, without a slash.</param>
public sealed record SinkNames(IReadOnlyList<string> Names);
