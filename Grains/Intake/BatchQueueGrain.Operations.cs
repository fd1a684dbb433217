using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Grains.Intake;

internal sealed partial class BatchQueueGrain
{
    private readonly BatchOperator _operator = new(sources.Intake);
    private readonly BatchReports _reports = new(sources.Intake);

    public Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken) =>
        _reports.ListRunsAsync(filter, cancellationToken);

    public Task<RunDetails?> ShowRunAsync(Guid runId, CancellationToken cancellationToken) =>
        _reports.ShowRunAsync(runId, cancellationToken);

    public Task<IReadOnlyList<SinkStatus>> ListSinksAsync(CancellationToken cancellationToken) =>
        _reports.ListSinksAsync(cancellationToken);

    public Task<IReadOnlyList<PauseStatus>> ListPausesAsync(CancellationToken cancellationToken) =>
        _reports.ListPausesAsync(cancellationToken);

    public Task<IReadOnlyList<OperatorAction>> ListActionsAsync(ActionFilter filter, CancellationToken cancellationToken) =>
        _reports.ListActionsAsync(filter, cancellationToken);

    public Task<IReadOnlyList<Finding>> DiagnoseAsync(CancellationToken cancellationToken) =>
        new Doctor.Doctor(connection.ConnectionString, options.Value, time).ExamineAsync(cancellationToken);

    public Task<bool> AcknowledgeRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.AcknowledgeRunAsync(runId, note, cancellationToken);

    public Task<long> CancelRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.CancelRunAsync(runId, note, cancellationToken);

    public Task<Guid> RetryRunAsync(Guid runId, bool force, bool? seal, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.RetryRunAsync(runId, force, seal, note, cancellationToken);

    public Task<long> SealRunAsync(Guid runId, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.SealRunAsync(runId, note, cancellationToken);

    public Task<long> ReplayAsync(
        GroupKey group, string sink, long fromSeq, bool force, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.ReplayAsync(group, sink, fromSeq, force, note, cancellationToken);

    public Task<bool> PauseAsync(PauseScope scope, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.PauseAsync(scope, note, cancellationToken);

    public Task<int> ResumeAsync(PauseScope scope, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.ResumeAsync(scope, note, cancellationToken);

    public Task<int?> EvictAsync(GroupKey group, string sink, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.EvictAsync(group, sink, note, cancellationToken);

    public Task<short> AddSinkAsync(
        string name, string? upstream, string startAt, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.AddSinkAsync(name, upstream, startAt, note, cancellationToken);

    public Task DisableSinkAsync(string name, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.DisableSinkAsync(name, note, cancellationToken);

    public Task EnableSinkAsync(string name, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.EnableSinkAsync(name, note, cancellationToken);

    public Task<int> SkipBatchAsync(
        Guid runId, int batchIndex, string? sink, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.SkipBatchAsync(runId, batchIndex, sink, note, cancellationToken);

    public Task<bool> UnblockAsync(GroupKey group, string sink, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.UnblockAsync(group, sink, note, cancellationToken);
}
