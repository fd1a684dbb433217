using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Grains.Interfaces;

// What operators ask for; a verb of the program for each. Whatever changes something is refused with an OperationRefusedException, which
// says why, or is on record with who and why.
public partial interface IBatchQueueGrain
{
    /// <summary>Lists runs by sink, the newest first.</summary>
    [Alias("ListRuns")]
    Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken);

    /// <summary>Reads a run with its unfinished and failed batches and their attempts; null when it is unknown.</summary>
    [Alias("ShowRun")]
    Task<RunDetails?> ShowRunAsync(Guid runId, CancellationToken cancellationToken);

    /// <summary>Takes note of a failed run that is not going to be retried; false when somebody had before. The run stays failed.</summary>
    /// <exception cref="OperationRefusedException">The run is unknown or has not failed.</exception>
    [Alias("AcknowledgeRun")]
    Task<bool> AcknowledgeRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Cancels a run and returns the marker's seq: what is not applied by then is skipped.</summary>
    /// <exception cref="OperationRefusedException">The run is unknown or has ended.</exception>
    [Alias("CancelRun")]
    Task<long> CancelRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Appends what a run has left unfinished as a new run and returns that run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="force">True when later runs of the group may have been applied already.</param>
    /// <param name="seal">
    /// True to seal the new run, false to leave it open; null for what the run was: sealed if it had all its batches.
    /// </param>
    /// <param name="note">Who and why.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="OperationRefusedException">
    /// The run is unknown, has not ended or was retried already, nothing is unfinished, or later runs were applied.
    /// </exception>
    [Alias("RetryRunOrSeal")]
    Task<Guid> RetryRunAsync(Guid runId, bool force, bool? seal, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Seals a run in its producer's place and returns the seq of the entry that ends it; a sealed run keeps its end.</summary>
    /// <exception cref="OperationRefusedException">The run is unknown, or cancelled, superseded or stranded.</exception>
    [Alias("SealRunByOperator")]
    Task<long> SealRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Has a sink apply a group's entries again and returns the request's number; the group's owner carries it out.</summary>
    /// <param name="group">The group.</param>
    /// <param name="sink">The sink's name.</param>
    /// <param name="fromSeq">The first entry to apply again, 1 or more.</param>
    /// <param name="force">True when rows of append and cdc runs may be there twice afterwards.</param>
    /// <param name="note">Who and why.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="OperationRefusedException">Group or sink is unknown, or the entries can't be applied again.</exception>
    [Alias("Replay")]
    Task<long> ReplayAsync(GroupKey group, string sink, long fromSeq, bool force, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Pauses what the scope covers after its present batches; false when it was paused already.</summary>
    [Alias("Pause")]
    Task<bool> PauseAsync(PauseScope scope, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Ends the pause of exactly this scope and returns how many groups were woken.</summary>
    [Alias("Resume")]
    Task<int> ResumeAsync(PauseScope scope, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Ends the session of a group's owner and returns its backend's process id; null when nobody held the group.</summary>
    [Alias("Evict")]
    Task<int?> EvictAsync(GroupKey group, string sink, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Adds a sink and returns its number; silos seed it once older transactions have ended.</summary>
    /// <param name="name">Its name, without a slash.</param>
    /// <param name="upstream">The sink to follow, or null.</param>
    /// <param name="startAt"><c>start</c> for the oldest retained entry, <c>tail</c> for what is enqueued from now on.</param>
    /// <param name="note">Who and why.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="OperationRefusedException">The upstream is unknown, or differs from that of the sink that is there.</exception>
    [Alias("AddSink")]
    Task<short> AddSinkAsync(string name, string? upstream, string startAt, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Lists the sinks and the silos that serve them.</summary>
    [Alias("ListSinks")]
    Task<IReadOnlyList<SinkStatus>> ListSinksAsync(CancellationToken cancellationToken);

    /// <summary>Has no silo work on a sink any more; what is enqueued goes on waiting for it.</summary>
    /// <exception cref="OperationRefusedException">The sink is unknown.</exception>
    [Alias("DisableSink")]
    Task DisableSinkAsync(string name, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Has silos work on a disabled sink again.</summary>
    /// <exception cref="OperationRefusedException">The sink is unknown.</exception>
    [Alias("EnableSink")]
    Task EnableSinkAsync(string name, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Has a batch passed without being applied, and returns in how many sinks; the group's owners carry it out.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="batchIndex">The batch's index in the run.</param>
    /// <param name="sink">The sink's name, or null for every active one that has not passed the batch.</param>
    /// <param name="note">Who and why; the reason must not be empty.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="OperationRefusedException">The batch is unknown or passed already, or there is no reason.</exception>
    [Alias("SkipBatch")]
    Task<int> SkipBatchAsync(Guid runId, int batchIndex, string? sink, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Lets a group that a failed run has stopped go on with the next run; false when it was not stopped.</summary>
    [Alias("Unblock")]
    Task<bool> UnblockAsync(GroupKey group, string sink, OperatorNote note, CancellationToken cancellationToken);

    /// <summary>Lists the pauses and what waits because of each, the oldest first.</summary>
    [Alias("ListPauses")]
    Task<IReadOnlyList<PauseStatus>> ListPausesAsync(CancellationToken cancellationToken);

    /// <summary>Lists what operators have done, the newest first.</summary>
    [Alias("ListActions")]
    Task<IReadOnlyList<OperatorAction>> ListActionsAsync(ActionFilter filter, CancellationToken cancellationToken);

    /// <summary>Looks for what is not as it should be; empty when all is well.</summary>
    [Alias("Diagnose")]
    Task<IReadOnlyList<Finding>> DiagnoseAsync(CancellationToken cancellationToken);
}
