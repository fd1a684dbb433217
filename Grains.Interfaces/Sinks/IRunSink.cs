namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>A sink that has something to do when a run ends, such as swapping in a full refresh.</summary>
public interface IRunSink : IBatchSink
{
    /// <summary>
    /// Ends a run, with the same fencing as a batch, before the group moves on to the next run.
    /// The call comes again when the owner was lost in it: a repeated call must change nothing.
    /// </summary>
    /// <param name="context">The run, how it ended, the fencing token, and the check to make right before a commit.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group or the silo stops. No commit may follow.</param>
    /// <returns>Notes about the run's end for people.</returns>
    /// <exception cref="PermanentBatchException">No further attempt can help: the run is failed at once.</exception>
    /// <exception cref="SinkNotReadyException">The sink can't end the run now. The group waits, and no attempt is counted.</exception>
    Task<RunEndResult> EndRunAsync(RunEndContext context, CancellationToken cancellationToken);
}
