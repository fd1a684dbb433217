using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Intake;

/// <summary>Calls the operators' functions of the queue over a pool of connections; it holds nothing between calls.</summary>
/// <param name="source">The pool; it stays the caller's.</param>
/// <remarks>
/// Whatever the queue refuses comes as an <see cref="OperationRefusedException"/>, and has changed nothing. No cursor is touched: a group's
/// owner carries a request out at its next boundary.
/// </remarks>
public sealed class BatchOperator(NpgsqlDataSource source)
{
    private static readonly Statement AcknowledgeRun = QueueStatements.Load("acknowledge_run");
    private static readonly Statement CancelRun = QueueStatements.Load("cancel_run");
    private static readonly Statement RetryRun = QueueStatements.Load("retry_run");
    private static readonly Statement SealRun = QueueStatements.Load("seal_run_by");
    private static readonly Statement Replay = QueueStatements.Load("replay");
    private static readonly Statement Pause = QueueStatements.Load("pause");
    private static readonly Statement Resume = QueueStatements.Load("resume");
    private static readonly Statement Evict = QueueStatements.Load("evict");
    private static readonly Statement AddSink = QueueStatements.Load("add_sink");
    private static readonly Statement DisableSink = QueueStatements.Load("disable_sink");
    private static readonly Statement EnableSink = QueueStatements.Load("enable_sink");
    private static readonly Statement SkipBatch = QueueStatements.Load("skip_batch");
    private static readonly Statement Unblock = QueueStatements.Load("unblock");

    /// <summary>Takes note of a failed run that is not going to be retried; false when somebody had before.</summary>
    public Task<bool> AcknowledgeRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(AcknowledgeRun, r => r.GetBoolean(0), cancellationToken, runId, note.Who, note.Why);

    /// <summary>Cancels a run and returns the marker's seq.</summary>
    public Task<long> CancelRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(CancelRun, r => r.GetInt64(0), cancellationToken, runId, note.Who, note.Why);

    /// <summary>
    /// Appends what a run has left unfinished as a new run and returns that run; without <c>seal</c> it is what the run was.
    /// </summary>
    public Task<Guid> RetryRunAsync(Guid runId, bool force, bool? seal, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(RetryRun, r => r.GetGuid(0), cancellationToken, runId, force, note.Who, note.Why, Argument.Of(seal));

    /// <summary>Seals a run in its producer's place and returns the seq of the entry that ends it.</summary>
    public Task<long> SealRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(SealRun, r => r.GetInt64(0), cancellationToken, runId, note.Who, note.Why);

    /// <summary>Has a sink apply a group's entries again and returns the request's number.</summary>
    public Task<long> ReplayAsync(
        GroupKey group, string sink, long fromSeq, bool force, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(
            Replay, r => r.GetInt64(0), cancellationToken, group.TeamId, group.SchemaId, sink, fromSeq, force, note.Who, note.Why);

    /// <summary>Pauses what the scope covers; false when it was paused already.</summary>
    public Task<bool> PauseAsync(PauseScope scope, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(
            Pause, r => r.GetBoolean(0), cancellationToken, Argument.Of(scope.TeamId), Argument.Of(scope.SchemaId), Argument.Of(scope.Sink), note.Who, note.Why);

    /// <summary>Ends the pause of exactly this scope and returns how many groups were woken.</summary>
    public Task<int> ResumeAsync(PauseScope scope, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(
            Resume, r => r.GetInt32(0), cancellationToken, Argument.Of(scope.TeamId), Argument.Of(scope.SchemaId), Argument.Of(scope.Sink), note.Who, note.Why);

    /// <summary>Ends the session of a group's owner and returns its backend's process id; null when nobody held the group.</summary>
    public Task<int?> EvictAsync(GroupKey group, string sink, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(Evict, r => r.NullOr<int?>(0), cancellationToken, group.TeamId, group.SchemaId, sink, note.Who, note.Why);

    /// <summary>Adds a sink and returns its number.</summary>
    public Task<short> AddSinkAsync(
        string name, string? upstream, string startAt, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(AddSink, r => r.GetInt16(0), cancellationToken, name, Argument.Of(upstream), startAt, note.Who, note.Why);

    /// <summary>Has no silo work on a sink any more.</summary>
    public Task DisableSinkAsync(string name, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(DisableSink, _ => true, cancellationToken, name, note.Who, note.Why);

    /// <summary>Has silos work on a disabled sink again.</summary>
    public Task EnableSinkAsync(string name, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(EnableSink, _ => true, cancellationToken, name, note.Who, note.Why);

    /// <summary>Has a batch passed without being applied and returns in how many sinks.</summary>
    public Task<int> SkipBatchAsync(Guid runId, int batchIndex, string? sink, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(SkipBatch, r => r.GetInt32(0), cancellationToken, runId, batchIndex, Argument.Of(sink), note.Who, note.Why);

    /// <summary>Lets a group that a failed run has stopped go on with the next run; false when it was not stopped.</summary>
    public Task<bool> UnblockAsync(GroupKey group, string sink, OperatorNote note, CancellationToken cancellationToken) =>
        CallAsync(Unblock, r => r.GetBoolean(0), cancellationToken, group.TeamId, group.SchemaId, sink, note.Who, note.Why);

    private async Task<T> CallAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken, params object[] arguments)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            return (await statement.On(connection, arguments).FirstAsync(read, cancellationToken))!;
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("OB", StringComparison.Ordinal))
        {
            throw new OperationRefusedException(e.SqlState, e.Hint is null ? e.MessageText : $"{e.MessageText} {e.Hint}");
        }
    }
}
