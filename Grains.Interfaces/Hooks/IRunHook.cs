namespace OrleansBatch.Grains.Interfaces.Hooks;

/// <summary>
/// Hears how runs end, sink by sink. Any number of hooks may be registered as services of the host, the same on every silo.
/// Hooks hear each end at least once, also after a crash, and again until every hook has returned.
/// A call that takes more than 30 s has failed. No run waits for another.
/// </summary>
public interface IRunHook
{
    /// <summary>Hears that a run has ended in a sink otherwise than by failing: succeeded, cancelled, superseded or stranded.</summary>
    /// <param name="notification">The run with its outcome and counts.</param>
    /// <param name="cancellationToken">Cancelled when the call takes too long or the silo stops.</param>
    Task RunFinishedAsync(RunNotification notification, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Hears that a run has failed in a sink.</summary>
    /// <param name="notification">The run with its counts and the error that failed it.</param>
    /// <param name="cancellationToken">Cancelled when the call takes too long or the silo stops.</param>
    Task RunFailedAsync(RunNotification notification, CancellationToken cancellationToken) => Task.CompletedTask;
}
