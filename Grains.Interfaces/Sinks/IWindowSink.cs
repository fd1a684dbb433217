namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// A sink whose commits are dear: it applies several batches of a run in one transaction. Only a sink that is
/// <see cref="IBatchSink.IsIdempotent"/> is asked to, because a crash after its commit repeats them all.
/// </summary>
public interface IWindowSink : IBatchSink
{
    /// <summary>
    /// Applies batches in their order and in one transaction, each as <see cref="IBatchSink.ApplyAsync"/> would: the first, and as many of the
    /// others as it begins before the time is over. After an error they are handed over once more, one by one, so that each is judged for
    /// itself.
    /// </summary>
    /// <param name="batches">Consecutive batches of one run, at least two, each for the first time. Their fencing token is the same.</param>
    /// <param name="enough">After what time no further batch is to be begun.</param>
    /// <param name="cancellationToken">Cancelled as for a single batch, and after the time-out of one.</param>
    /// <returns>How many of them were applied, from the first on; at least 1.</returns>
    /// <exception cref="OwnershipLostException">The group has another owner by now; nothing was committed.</exception>
    /// <remarks>Whatever it throws, none of the batches was applied.</remarks>
    Task<int> ApplyWindowAsync(IReadOnlyList<BatchContext> batches, TimeSpan enough, CancellationToken cancellationToken);
}
