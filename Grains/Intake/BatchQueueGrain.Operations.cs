using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Grains.Intake;

internal sealed partial class BatchQueueGrain
{
    private readonly BatchOperator _operator = new(sources.Intake);
    private readonly BatchReports _reports = new(sources.Intake);

    public Task<T> OperateAsync<T>(Operation<T> operation, OperatorNote note, CancellationToken cancellationToken) =>
        _operator.OperateAsync(operation, note, cancellationToken);

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
}
