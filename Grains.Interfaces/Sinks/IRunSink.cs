namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>A sink that has something to do when a run ends, such as swapping in a full refresh.</summary>
public interface IRunSink : IBatchSink
{
    /// <summary>
    /// Ends a run. It is called before the group moves on to the next run, with the same fencing as a batch, and again when the owner
    /// was lost in it: a repeated call must change nothing.
    /// </summary>
    /// <param name="context">The run, how it ended, the fencing token, and the check to make right before a commit.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group or the silo stops; nothing may be committed after it.</param>
    /// <returns>What people should know of it.</returns>
    /// <exception cref="PermanentBatchException">No further attempt can help: the run is failed at once.</exception>
    /// <exception cref="SinkNotReadyException">The sink can't do it now: it waits without an attempt being counted.</exception>
    Task<RunEndResult> EndRunAsync(RunEndContext context, CancellationToken cancellationToken);
}
