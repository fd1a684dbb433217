using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Docs;

public interface ICatalogue
{
    Task<bool> KnowsAsync(GroupKey group, CancellationToken cancellationToken);

    Task FreshAsync(GroupKey group, Guid runId, DateTimeOffset since, CancellationToken cancellationToken);
}

public sealed class CatalogueHook(ICatalogue catalogue) : IBatchHook, IRunHook
{
    public Task<bool> ShouldApplyAsync(BatchContext context, CancellationToken cancellationToken) =>
        catalogue.KnowsAsync(context.Batch.Group, cancellationToken);

    public Task RunFinishedAsync(RunNotification notification, CancellationToken cancellationToken) =>
        notification.State == "succeeded"
            ? catalogue.FreshAsync(notification.Group, notification.RunId, notification.FinishedAt, cancellationToken)
            : Task.CompletedTask;
}
