using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Grains.Recovery;

/// <summary>Makes sure, on every start of a silo, that the cluster's sweep is scheduled.</summary>
internal sealed partial class RecoveryScheduler(
    IGrainFactory grains, DatabaseOutage outage, TroubleLog troubles, TimeProvider time, ILogger<RecoveryScheduler> logger)
    : BackgroundService
{
    private const string What = "The scheduling of the sweep";

    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _troubleEndsAfter = TimeSpan.FromMinutes(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await grains.GetGrain<IRecoveryGrain>(0).EnsureScheduledAsync().WaitAsync(stoppingToken);
                troubles.Worked(What);
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // After a crash of another silo its grains can't be called for some seconds; nothing waits for this.
                var pause = DoublingPause.HalfRandom(++failures, _firstPause, _longestPause, Random.Shared);
                outage.Log(e, () => troubles.Failed(What, _troubleEndsAfter, e.Message, () => LogFailed(logger, pause, e.Message)));
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                // The silo is stopping: whatever the call ended with, the next silo to start schedules the sweep.
            }
        }
    }

    [LoggerMessage(
        EventIds.SweepNotScheduled, LogLevel.Information,
        "The sweep could not be scheduled yet; the next try is in {Pause}. {Error}")]
    static partial void LogFailed(ILogger logger, TimeSpan pause, string error);
}
