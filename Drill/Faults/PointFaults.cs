using OrleansBatch.Drill.Lakes;
using OrleansBatch.Drill.Silos;

namespace OrleansBatch.Drill.Faults;

// Faults at a point of a commit to a table. A silo that is frozen there goes on only after its successor has moved on.
internal static class PointFaults
{
    // In so much time a silo at work comes to each point.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _mostForSuccessor = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(FaultContext context, FaultKind fault, DrillSilo silo, FaultDraw draw, CancellationToken ct)
    {
        using var disturbed = silo.Disturb();
        var (process, kills) = (silo.Process, draw.Strength < 0.4);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var trap = new Trap(silo.Number, process, PointOf(fault), kills ? process.KillAtOnce : process.StopAtOnce)
        {
            // What a killed silo has sent may arrive late.
            Request = new CaughtRequest(LosesAnswer: draw.Choice < 0.5, kills && draw.Choice < 0.25 ? Task.CompletedTask : released.Task),
        };
        try
        {
            if (await TryCatchAsync(context.Lake!, trap, ct) is not { } hit)
            {
                context.Tell(fault, $"{process.Name} did not come to this point within {_patience.TotalSeconds:0} s");
                return;
            }

            await AfterAsync(context, fault, silo, process, hit, kills, draw, released, ct);
        }
        finally
        {
            released.TrySetResult();
            if (!kills)
            {
                await process.ContinueAsync();
            }
        }

        await (kills ? silo.StartAsync(new Dictionary<string, string>(), ct) : FaultContext.RecoverAsync(silo, ct));
    }

    private static CommitPoint PointOf(FaultKind fault) => fault switch
    {
        FaultKind.Data => CommitPoint.Data,
        FaultKind.Put => CommitPoint.Put,
        FaultKind.Cursor => CommitPoint.Cursor,
        _ => CommitPoint.Checkpoint,
    };

    private static async Task<PointHit?> TryCatchAsync(IDrillLake lake, Trap trap, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(_patience);
        try
        {
            return await lake.TrapAsync(trap, patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task AfterAsync(
        FaultContext context, FaultKind fault, DrillSilo silo, SiloProcess process, PointHit hit, bool kills, FaultDraw draw,
        TaskCompletionSource released, CancellationToken ct)
    {
        var since = context.Timeline.Now;
        var position = await TablePosition.ReadAsync(context.Database, hit.Group, ct);
        var how = position is null ? "" : await MeddleAsync(context.Meddler!, position, draw, ct);
        var orphaned = await context.Orphans.NoteAsync(fault, silo.Number, process.Name, since, ct);
        context.Tell(
            fault,
            $"{process.Name} is {(kills ? "killed" : "frozen")} at {hit.Name} of {hit.Group}, in the middle of {orphaned} batches{how}");
        if (position is not null && await position.IsPassedAsync(context.Database, context.Options.Lifetime + _mostForSuccessor, ct)
            && await FenceLook.ReadAsync(context.Lake!, hit, position, ct) is { } fence)
        {
            context.Fences.Add(fence);
        }

        released.TrySetResult();
    }

    // The successor applies the batch, skips it or fails it.
    private static async Task<string> MeddleAsync(Work.Meddler meddler, TablePosition position, FaultDraw draw, CancellationToken ct)
    {
        if (position.Batch is not var (run, index, path) || draw.Choice * 100 % 1 is var share && share < 0.5)
        {
            return "";
        }

        if (share < 0.75)
        {
            await meddler.SkipAsync(run, index, ct);
            return ", and the batch is to be skipped";
        }

        meddler.Spoil(run, index, path);
        return ", and the batch's file is spoiled";
    }
}
