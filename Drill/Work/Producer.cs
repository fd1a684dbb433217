using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Work;

// One producer draws work and enqueues it at its pace, in all possible ways.
internal sealed class Producer(WorkPlan plan, ProducerConnection connection, double batchesPerSecond, Meddler? meddler = null)
{
    // After the stop, calls without an answer are still repeated until the end.
    public async Task RunAsync(CancellationToken stop, CancellationToken end)
    {
        var start = TimeProvider.System.GetTimestamp();
        var enqueued = 0;
        while (!stop.IsCancellationRequested)
        {
            enqueued += await StepAsync(end);
            var due = TimeSpan.FromSeconds(enqueued / batchesPerSecond) - TimeProvider.System.GetElapsedTime(start);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Returns the number of batches that were enqueued or tried.
    private Task<int> StepAsync(CancellationToken end) => plan.Percent() switch
    {
        < 55 => OneByOneAsync(plan.OftenUsed(), end),
        < 70 => SeveralGroupsAsync(many: true, end),
        < 80 => RolledBackAsync(),
        < 95 => OneByOneAsync(plan.Newborn(), end),
        _ => SeveralGroupsAsync(many: false, end),
    };

    private async Task<int> OneByOneAsync(GroupKey group, CancellationToken end)
    {
        var run = plan.Run(group);
        if (run is { HasFiles: true, SyncType: "full_refresh" } && plan.Percent() < 10)
        {
            await connection.EndEmptyAsync(run, end);
            return 1;
        }

        var final = plan.Percent() < 70;
        var repeat = plan.Percent() < 10;
        var batches = plan.Batches(run, plan.Between(1, 4), final);
        foreach (var batch in batches)
        {
            // A refusal tells the producer that the run has failed by now.
            if (!await connection.EnqueueAsync([batch], many: false, end))
            {
                return batches.Count;
            }
        }

        if (meddler is not null)
        {
            await MeddleAsync(meddler, batches, end);
        }

        if (!final)
        {
            await connection.SealAsync(run.RunId, end);
        }

        if (repeat)
        {
            await connection.RepeatAsync(batches[0], end);
        }

        return batches.Count;
    }

    // The batches may be waiting, in the middle of their work, or applied by now.
    private async Task MeddleAsync(Meddler meddler, List<PlannedBatch> batches, CancellationToken end)
    {
        var (percent, which) = (plan.Percent(), plan.Between(0, batches.Count - 1));
        if (percent < 6)
        {
            await meddler.CancelAsync(batches[0].Run.RunId, end);
        }
        else if (percent < 14)
        {
            await meddler.SkipAsync(batches[which].Run.RunId, which, end);
        }
    }

    private async Task<int> SeveralGroupsAsync(bool many, CancellationToken end)
    {
        var batches = Enumerable.Range(0, plan.Between(2, 3))
            .SelectMany(_ => plan.Batches(plan.Run(plan.OftenUsed()), plan.Between(1, 3), final: true)).ToList();
        await connection.EnqueueAsync(batches, many, end);
        return batches.Count;
    }

    private async Task<int> RolledBackAsync()
    {
        var batches = Enumerable.Range(0, plan.Between(1, 3)).Select(i => plan.RolledBack(plan.Run(plan.OftenUsed()), i)).ToList();
        await connection.RollBackAsync(batches);
        return batches.Count;
    }
}
