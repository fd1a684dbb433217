namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// A sink whose commits are dear, and which therefore applies several batches of a run in one transaction.
/// Only a sink that is <see cref="IBatchSink.IsIdempotent"/> gets windows, because a crash after its commit repeats all of them.
/// No sink gets windows where the host has hooks.
/// </summary>
public interface IWindowSink : IBatchSink
{
    /// <summary>
    /// Gets the most batches of one window. A sink whose commits take long wants more of them in each. Default: 64.
    /// </summary>
    int LargestWindow => 64;

    /// <summary>
    /// Gets how long a window may take, its commit included, for the next one to be larger. Half of the time is for beginning batches.
    /// Default: 100 milliseconds.
    /// </summary>
    TimeSpan LongestCommit => TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Applies batches in their order and in one transaction, each as <see cref="IBatchSink.ApplyAsync"/> would.
    /// The sink applies the first batch, and as many of the others as it begins before the time is over.
    /// After an error the batches come again, the first of them alone, so that each is judged for itself.
    /// These calls belong to the attempt that was counted already.
    /// </summary>
    /// <param name="batches">
    /// Consecutive batches of one run, at least two, under one fencing token.
    /// The <see cref="SinkContext.AppliedSeq"/> of a later batch is true once the batches before it are applied, in the same transaction.
    /// </param>
    /// <param name="enough">The time after which the sink begins no further batch.</param>
    /// <param name="cancellationToken">Cancelled as for a single batch, and after the sink's time-out for one.</param>
    /// <returns>The result of each batch that was applied, from the first on; at least one.</returns>
    /// <exception cref="PermanentBatchException">One of the batches can't be applied; nothing was committed.</exception>
    /// <exception cref="SinkNotReadyException">The sink can't take the batches now; nothing was committed.</exception>
    /// <exception cref="OwnershipLostException">The group has another owner by now; nothing was committed.</exception>
    Task<IReadOnlyList<BatchResult>> ApplyWindowAsync(
        IReadOnlyList<BatchContext> batches, TimeSpan enough, CancellationToken cancellationToken);
}
