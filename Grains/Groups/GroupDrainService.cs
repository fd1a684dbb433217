using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// Lets the silo leave in order: groups finish their current batch, and are cancelled when that takes too long. Registered after
/// Orleans and before the poller service, so that it stops after the poller and before the silo.
/// </summary>
internal sealed class GroupDrainService(GroupSlots slots, IOptions<OrleansBatchOptions> options, TimeProvider time) : IHostedService
{
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(5);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        slots.Drain();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, slots.Aborting);
        if (!await AreGoneAsync(options.Value.DrainTimeout, giveUp.Token))
        {
            slots.Abort();
            await AreGoneAsync(AbortTimeout, cancellationToken);
        }
    }

    private async Task<bool> AreGoneAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (slots.Taken > 0 && time.GetElapsedTime(start) < within && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, CancellationToken.None);
        }

        return slots.Taken == 0;
    }
}
