using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Intake;

/// <summary>The queue as client grains see it. Status comes from SQL: no group is activated by looking at it.</summary>
[GrainType("batch-queue"), StatelessWorker]
internal sealed partial class BatchQueueGrain(
    EngineDataSources sources, EngineConnection connection, IOptions<OrleansBatchOptions> options, TimeProvider time)
    : Grain, IBatchQueueGrain
{
    private readonly BatchIntake _intake = new(sources.Intake);

    public Task<long> EnqueueAsync(EnqueueRequest request, CancellationToken cancellationToken) =>
        _intake.EnqueueAsync(request, cancellationToken);

    public Task<IReadOnlyList<long>> EnqueueManyAsync(IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken) =>
        _intake.EnqueueManyAsync(requests, cancellationToken);

    public Task<long> SealRunAsync(Guid runId, CancellationToken cancellationToken) => _intake.SealRunAsync(runId, cancellationToken);

    public Task<IReadOnlyList<GroupStatus>> GetGroupAsync(GroupKey group, CancellationToken cancellationToken) =>
        _intake.GetGroupAsync(group, cancellationToken);

    public Task<IReadOnlyList<RunStatus>> GetRunAsync(Guid runId, CancellationToken cancellationToken) =>
        _intake.GetRunAsync(runId, cancellationToken);
}
