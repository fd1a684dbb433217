using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Grains.Interfaces;

/// <summary>The queue as client grains see it: enqueue, inspect and operate. The grain is stateless and has the key 0.</summary>
[Alias("batch.queue")]
public partial interface IBatchQueueGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Enqueues one batch and returns its seq. A repeated call for the same run and index returns the seq of the first call.
    /// </summary>
    /// <exception cref="EnqueueRefusedException">The batch was refused; the message says why.</exception>
    [Alias("Enqueue")]
    Task<long> EnqueueAsync(EnqueueRequest request, CancellationToken cancellationToken);

    /// <summary>Enqueues all batches or none, and returns their seqs in the order given.</summary>
    /// <exception cref="EnqueueRefusedException">A batch was refused; the message says which and why.</exception>
    [Alias("EnqueueMany")]
    Task<IReadOnlyList<long>> EnqueueManyAsync(IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken);

    /// <summary>Seals a run without further data and returns the marker's seq.</summary>
    /// <exception cref="EnqueueRefusedException">The run is unknown or has ended otherwise.</exception>
    [Alias("SealRun")]
    Task<long> SealRunAsync(Guid runId, CancellationToken cancellationToken);

    /// <summary>Reads a group's position in every sink, without touching the group.</summary>
    [Alias("GetGroup")]
    Task<IReadOnlyList<GroupStatus>> GetGroupAsync(GroupKey group, CancellationToken cancellationToken);

    /// <summary>Reads the outcome of a run in every sink; empty when the run is unknown.</summary>
    [Alias("GetRun")]
    Task<IReadOnlyList<RunStatus>> GetRunAsync(Guid runId, CancellationToken cancellationToken);
}
