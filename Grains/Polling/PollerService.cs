using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Polling;

/// <summary>Ticks this silo's poller, with a growing pause while the database is away. Registered last, so that it stops first.</summary>
internal sealed class PollerService(
    IGrainFactory grains, EngineHealth health, DatabaseOutage outage, LastOutage lastOutage, IOptions<OrleansBatchOptions> options,
    TimeProvider time)
    : BackgroundService
{
    // No longer, because a silo whose poller sleeps takes nothing over, and a takeover has 2 s. A hundred silos that lost their database
    // then knock 100 to 200 times a second, spread by the jitter. A server on 2 cores opens more than 400 connections a second.
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(200);

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        health.Leaving();
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var poller = grains.GetGrain<IPollerGrain>(0);
        var failures = 0;
        health.PollLoopBegan();
        while (!stoppingToken.IsCancellationRequested)
        {
            lastOutage.PollBegan();
            try
            {
                // A pass that started something may have left more candidates than it had slots for.
                await poller.PollAsync(failures == 0 ? options.Value.PollPeriod : TimeSpan.Zero, stoppingToken);
                failures = 0;
                lastOutage.PollEnded(succeeded: true);
                outage.PollSucceeded();
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                failures++;
                var pause = DoublingPause.HalfRandom(failures, _firstPause, _longestPause, Random.Shared);
                lastOutage.PollEnded(succeeded: false);
                outage.PollFailed(e);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
