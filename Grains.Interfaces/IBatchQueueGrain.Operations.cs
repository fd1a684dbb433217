using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Grains.Interfaces;

// Calls of operators, with a verb of the program for each. A change is on record with who and why.
// A refused call throws an OperationRefusedException that says why, and changes nothing.
public partial interface IBatchQueueGrain
{
    /// <summary>Lists runs by sink, the newest first.</summary>
    [Alias("ListRuns")]
    Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken);

    /// <summary>Reads a run with its unfinished and failed batches and their attempts; null when the run is unknown.</summary>
    [Alias("ShowRun")]
    Task<RunDetails?> ShowRunAsync(Guid runId, CancellationToken cancellationToken);

    /// <summary>Acknowledges a failed run that nobody is going to retry; false when somebody had before. The run stays failed.</summary>
    /// <exception cref="OperationRefusedException">The run is unknown or has not failed.</exception>
    [Alias("AcknowledgeRun")]
    Task<bool> AcknowledgeRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Cancels a run and returns the marker's seq. Batches that are not applied by then are skipped.</summary>
    /// <exception cref="OperationRefusedException">The run is unknown or has ended.</exception>
    [Alias("CancelRun")]
    Task<long> CancelRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Appends the unfinished batches of a run as a new run, and returns that run's id.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="force">True when later runs of the group may have been applied already.</param>
    /// <param name="seal">
    /// True to seal the new run, false to leave it open. Null seals the new run if the first one had all its batches.
    /// </param>
    /// <param name="note">The operator and the reason.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="OperationRefusedException">
    /// The run is unknown, has not ended or was retried already, nothing is unfinished, or later runs were applied.
    /// </exception>
    [Alias("RetryRunOrSeal")]
    Task<Guid> RetryRunAsync(Guid runId, bool force, bool? seal, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>
    /// Seals a run in its producer's place, and returns the seq of the entry that ends the run. A sealed run keeps its end.
    /// </summary>
    /// <exception cref="OperationRefusedException">The run is unknown, or cancelled, superseded or stranded.</exception>
    [Alias("SealRunByOperator")]
    Task<long> SealRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Asks for a replay in a sink, and returns the request's number. The group's owner carries the request out.</summary>
    /// <param name="group">The group.</param>
    /// <param name="sink">The sink's name.</param>
    /// <param name="fromSeq">The first entry to apply again, 1 or more.</param>
    /// <param name="force">True when rows of append and cdc runs may be there twice afterwards.</param>
    /// <param name="note">The operator and the reason.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="OperationRefusedException">Group or sink is unknown, or the entries can't be applied again.</exception>
    [Alias("Replay")]
    Task<long> ReplayAsync(GroupKey group, string sink, long fromSeq, bool force, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Pauses the groups of the scope after their present batches; false when the same scope was paused already.</summary>
    [Alias("Pause")]
    Task<bool> PauseAsync(PauseScope scope, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Ends the pause of exactly this scope, and returns how many groups got a wakeup.</summary>
    [Alias("Resume")]
    Task<int> ResumeAsync(PauseScope scope, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Ends the session of a group's owner and returns its backend's process id; null when nobody held the group.</summary>
    [Alias("Evict")]
    Task<int?> EvictAsync(GroupKey group, string sink, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Adds a sink and returns its number. Silos seed the sink once older transactions have ended.</summary>
    /// <param name="name">The sink's name, without a slash.</param>
    /// <param name="upstream">The sink to follow, or null.</param>
    /// <param name="startAt"><c>start</c> for the oldest retained entry, <c>tail</c> for the next entry that is enqueued.</param>
    /// <param name="note">The operator and the reason.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="OperationRefusedException">The upstream is unknown, or the sink exists with another upstream.</exception>
    [Alias("AddSink")]
    Task<short> AddSinkAsync(string name, string? upstream, string startAt, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Lists the sinks and the silos that serve them.</summary>
    [Alias("ListSinks")]
    Task<IReadOnlyList<SinkStatus>> ListSinksAsync(CancellationToken cancellationToken);

    /// <summary>Has no silo work on a sink any more. Entries go on waiting for the sink.</summary>
    /// <exception cref="OperationRefusedException">The sink is unknown.</exception>
    [Alias("DisableSink")]
    Task DisableSinkAsync(string name, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Has silos work on a disabled sink again.</summary>
    /// <exception cref="OperationRefusedException">The sink is unknown.</exception>
    [Alias("EnableSink")]
    Task EnableSinkAsync(string name, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>
    /// Has a batch passed without being applied, and returns in how many sinks. The owners of the group carry the skip out.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="batchIndex">The batch's index in the run.</param>
    /// <param name="sink">The sink's name, or null for every active one that has not passed the batch.</param>
    /// <param name="note">The operator and the reason, which must not be empty.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="OperationRefusedException">The batch is unknown or passed already, or there is no reason.</exception>
    [Alias("SkipBatch")]
    Task<int> SkipBatchAsync(Guid runId, int batchIndex, string? sink, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Lets a blocked group go on with the next run; false when the group was not blocked.</summary>
    [Alias("Unblock")]
    Task<bool> UnblockAsync(GroupKey group, string sink, OperatorNote note, CancellationToken cancellationToken);

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
