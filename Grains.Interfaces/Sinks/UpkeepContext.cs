namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>A call for one slice of upkeep.</summary>
/// <param name="ensureOwned">Asks the database whether this owner still holds the group.</param>
public sealed class UpkeepContext(Func<CancellationToken, Task> ensureOwned) : SinkContext(ensureOwned)
{
    /// <summary>Gets the group.</summary>
    public required GroupKey Group { get; init; }

    /// <summary>Gets what to do.</summary>
    public required UpkeepTask Task { get; init; }

    /// <summary>Gets the version to restore; null for other tasks.</summary>
    public long? Version { get; init; }

    /// <summary>Gets how long the slice should take at most. Default: 2 seconds.</summary>
    public TimeSpan Slice { get; init; } = TimeSpan.FromSeconds(2);
}
