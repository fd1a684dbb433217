using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Grains.Interfaces;

// Calls of operators. A verb of the program stands for each reading call and for each operation.
public partial interface IBatchQueueGrain
{
    /// <summary>Carries an operation out and returns its result.</summary>
    /// <param name="operation">The operation with its arguments, such as <see cref="CancelRun"/>.</param>
    /// <param name="note">The operator and the reason.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="OperationRefusedException">The queue refused the operation; the message says why.</exception>
    [Alias("Operate")]
    Task<T> OperateAsync<T>(Operation<T> operation, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Lists runs by sink, the newest first.</summary>
    [Alias("ListRuns")]
    Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken);

    /// <summary>Reads a run with its unfinished and failed batches and their attempts; null when the run is unknown.</summary>
    [Alias("ShowRun")]
    Task<RunDetails?> ShowRunAsync(Guid runId, CancellationToken cancellationToken);

    /// <summary>Lists the sinks and the silos that serve them.</summary>
    [Alias("ListSinks")]
    Task<IReadOnlyList<SinkStatus>> ListSinksAsync(CancellationToken cancellationToken);

    /// <summary>Lists the pauses and the work that waits because of each, the oldest first.</summary>
    [Alias("ListPauses")]
    Task<IReadOnlyList<PauseStatus>> ListPausesAsync(CancellationToken cancellationToken);

    /// <summary>Lists what operators have done, the newest first.</summary>
    [Alias("ListActions")]
    Task<IReadOnlyList<OperatorAction>> ListActionsAsync(ActionFilter filter, CancellationToken cancellationToken);

    /// <summary>Returns the findings of <c>doctor</c>; empty when all is well.</summary>
    [Alias("Diagnose")]
    Task<IReadOnlyList<Finding>> DiagnoseAsync(CancellationToken cancellationToken);
}
