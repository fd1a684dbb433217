namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// Applies batches to a destination. One instance serves all groups of a silo: calls for different groups come at the same time,
/// calls for one group never do. It runs on threads of its own and may block them.
/// </summary>
public interface IBatchSink
{
    /// <summary>
    /// Gets a value indicating whether a batch that is applied again changes nothing. Then up to 64 quick batches of a run are applied
    /// before their progress is committed together, and after a crash those are applied again; otherwise each is committed before the next
    /// one begins. Default: false.
    /// </summary>
    bool IsIdempotent => false;

    /// <summary>
    /// Applies one batch. It is called again with the same origin after a failure or a lost owner, so the sink must recognise a batch
    /// it already has, in the transaction that applies it.
    /// </summary>
    /// <param name="context">The batch, the attempt, the fencing token, and the check to make right before a commit.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group or the silo stops; nothing may be committed after it.</param>
    /// <returns>What was done with the batch.</returns>
    /// <exception cref="PermanentBatchException">No further attempt can help: the run is failed at once.</exception>
    /// <exception cref="SinkNotReadyException">The sink can't take the batch now: it waits without an attempt being counted.</exception>
    /// <exception cref="OwnershipLostException">The group has another owner by now; nothing was committed.</exception>
    Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken);
}
