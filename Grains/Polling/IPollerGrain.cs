namespace OrleansBatch.Grains.Polling;

/// <summary>Finds the groups that have work and starts them on its own silo. Each silo has one poller and ticks it.</summary>
[Alias("batch.poller")]
internal interface IPollerGrain : IGrainWithIntegerKey
{
    /// <summary>Waits for a notification, for a free slot, or for the time given, then makes one pass.</summary>
    /// <param name="wait">The longest time to wait before the pass; zero for an immediate one.</param>
    /// <param name="cancellationToken">Cancelled when the silo stops.</param>
    /// <returns>The number of groups that were started.</returns>
    [Alias("Poll")]
    Task<int> PollAsync(TimeSpan wait, CancellationToken cancellationToken);
}
