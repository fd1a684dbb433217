using Microsoft.Extensions.Hosting;

namespace OrleansBatch.Grains.Hosting;

/// <summary>
/// Lets the silo leave in order: groups finish their current batch, and are cancelled when that takes too long. Registered after
/// Orleans and before the poller service, so that it stops after the poller and before the silo.
/// </summary>
internal sealed class GroupDrainService(GroupDrain drain) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => drain.FinishBatchesAsync(cancellationToken);
}
