namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// A sink whose commits are dear: it applies several batches of a run in one transaction. Only a sink that is
/// <see cref="IBatchSink.IsIdempotent"/> is asked to, because a crash after its commit repeats them all; and none where the host has hooks.
/// </summary>
public interface IWindowSink : IBatchSink
{
    /// <summary>
    /// Applies batches in their order and in one transaction, each as <see cref="IBatchSink.ApplyAsync"/> would: the first, and as many of the
    /// others as it begins before the time is over. After an error they come again, the first of them alone, so that each is judged for
    /// itself; the attempt that they were counted is the same.
    /// </summary>
    /// <param name="batches">
    /// Consecutive batches of one run, at least two, under one fencing token. What <see cref="SinkContext.AppliedSeq"/> says of the later ones
    /// is true once those before them are applied, in the same transaction.
    /// </param>
    /// <param name="enough">After what time no further batch is to be begun.</param>
    /// <param name="cancellationToken">Cancelled as for a single batch, and after the sink's time-out for one.</param>
    /// <returns>What was done with each batch that was applied, from the first on; at least one.</returns>
    /// <exception cref="PermanentBatchException">One of them can't be applied; nothing was committed.</exception>
    /// <exception cref="SinkNotReadyException">The sink can't take them now; nothing was committed.</exception>
    /// <exception cref="OwnershipLostException">The group has another owner by now; nothing was committed.</exception>
    Task<IReadOnlyList<BatchResult>> ApplyWindowAsync(IReadOnlyList<BatchContext> batches, TimeSpan enough, CancellationToken cancellationToken);
}
