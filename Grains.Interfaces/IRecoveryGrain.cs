using Orleans.Concurrency;
using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Grains.Interfaces;

/// <summary>
/// Sweeps the queue: makes partitions ahead, gives new sinks their groups, ends runs whose producers have gone, and mends what should never
/// break. One per cluster; never writes a cursor.
/// </summary>
[Alias("batch.recovery")]
public interface IRecoveryGrain : IGrainWithIntegerKey
{
    /// <summary>Makes sure that the grain is woken by its reminder from now on.</summary>
    [Alias("EnsureScheduled")]
    Task EnsureScheduledAsync();

    /// <summary>Makes one bounded sweep, unless another one is under way anywhere in the cluster.</summary>
    /// <param name="cancellationToken">Cancelled when the silo stops.</param>
    [Alias("Sweep")]
    Task<SweepReport> SweepAsync(CancellationToken cancellationToken);

    /// <summary>Has the hooks told of runs that have ended; a sweep does so as well. Nobody waits for them.</summary>
    [OneWay, Alias("NotifyRuns")]
    Task NotifyRunsAsync();
}
