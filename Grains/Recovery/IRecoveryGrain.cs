using Orleans.Concurrency;

namespace OrleansBatch.Grains.Recovery;

/// <summary>
/// Sweeps the queue: makes partitions ahead, seeds new sinks, strands runs of silent producers, and mends missing wakeups.
/// There is one in the cluster. Recovery never writes a cursor.
/// </summary>
[Alias("batch.recovery")]
internal interface IRecoveryGrain : IGrainWithIntegerKey
{
    /// <summary>Ensures that the grain's reminder keeps waking the grain from now on.</summary>
    [Alias("EnsureScheduled")]
    Task EnsureScheduledAsync();

    /// <summary>Makes one bounded sweep, unless another one is under way anywhere in the cluster.</summary>
    /// <param name="cancellationToken">Cancelled when the silo stops.</param>
    [Alias("Sweep")]
    Task<SweepReport> SweepAsync(CancellationToken cancellationToken);

    /// <summary>Tells the hooks of runs that have ended, as a sweep does, too. Nobody waits for the hooks.</summary>
    [OneWay, Alias("NotifyRuns")]
    Task NotifyRunsAsync();
}
