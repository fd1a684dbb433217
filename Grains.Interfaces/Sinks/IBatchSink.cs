namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// Applies batches to a destination. One instance serves all groups of a silo.
/// Calls for different groups come at the same time; calls for one group never do. A sink runs on threads of its own and may block them.
/// </summary>
public interface IBatchSink
{
    /// <summary>
    /// Gets a value indicating whether applying a batch again changes nothing. Default: false.
    /// True allows windows: up to 64 quick batches of a run are applied before one commit of their progress. A crash repeats all of them.
    /// False commits the progress of each batch before the next one begins.
    /// </summary>
    bool IsIdempotent => false;

    /// <summary>
    /// Applies one batch. After a failure or a loss the sink gets the batch again, with the same origin.
    /// The sink must recognise a batch that it already has, in the transaction that applies batches.
    /// </summary>
    /// <param name="context">The batch, the attempt, the fencing token, and the check to make right before a commit.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group or the silo stops. No commit may follow.</param>
    /// <returns>The result of the batch.</returns>
    /// <exception cref="PermanentBatchException">No further attempt can help: the run is failed at once.</exception>
    /// <exception cref="SinkNotReadyException">The sink can't take the batch now. The group waits, and no attempt is counted.</exception>
    /// <exception cref="OwnershipLostException">The group has another owner by now; nothing was committed.</exception>
    Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken);
}
