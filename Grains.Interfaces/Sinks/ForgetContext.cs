namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>A call to remove what a sink holds of a group.</summary>
/// <param name="ensureOwned">Asks the database whether this owner still holds the group.</param>
public sealed class ForgetContext(Func<CancellationToken, Task> ensureOwned) : SinkContext(ensureOwned)
{
    /// <summary>Gets the group to forget.</summary>
    public required GroupKey Group { get; init; }
}
