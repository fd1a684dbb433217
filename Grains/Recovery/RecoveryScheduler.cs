using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Recovery;

/// <summary>Makes sure, on every start of a silo, that the cluster's sweep is scheduled.</summary>
internal sealed partial class RecoveryScheduler(IGrainFactory grains, TimeProvider time, ILogger<RecoveryScheduler> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await grains.GetGrain<IRecoveryGrain>(0).EnsureScheduledAsync().WaitAsync(stoppingToken);
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // After a crash of another silo its grains can't be called for some seconds; nothing waits for this.
                LogFailed(logger, e.Message);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                // The silo is stopping: whatever the call ended with, the next silo to start schedules the sweep.
            }
        }
    }

    [LoggerMessage(310, LogLevel.Information, "The sweep could not be scheduled yet. {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
