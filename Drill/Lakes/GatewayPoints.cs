using System.Collections.Concurrent;

namespace OrleansBatch.Drill.Lakes;

// The traps on the ways between silos and S3.
internal sealed class GatewayPoints
{
    private readonly ConcurrentDictionary<Guid, (Trap Trap, TaskCompletionSource<PointHit> Hit)> _armed = new();

    public async Task<PointHit> TrapAsync(Trap trap, CancellationToken ct)
    {
        var (id, hit) = (Guid.NewGuid(), new TaskCompletionSource<PointHit>(TaskCreationOptions.RunContinuationsAsynchronously));
        _armed[id] = (trap, hit);
        try
        {
            return await hit.Task.WaitAsync(ct);
        }
        finally
        {
            _armed.TryRemove(id, out _);
        }
    }

    // A data file and the cursor's point are caught at the answer: by then the object is there.
    public CaughtRequest? Catch(int silo, string name, bool isAnswer)
    {
        if (_armed.IsEmpty || LakeNames.Split(name) is not var (group, within))
        {
            return null;
        }

        foreach (var (id, (trap, hit)) in _armed)
        {
            if (trap.Silo == silo && Fits(trap.Point, within, isAnswer) && _armed.TryRemove(id, out _))
            {
                trap.Act();
                hit.TrySetResult(new PointHit(group, within));
                return trap.Request;
            }
        }

        return null;
    }

    private static bool Fits(CommitPoint point, string name, bool isAnswer) => point switch
    {
        CommitPoint.Data => isAnswer && LakeNames.IsData(name),
        CommitPoint.Put => !isAnswer && LakeNames.IsCommit(name),
        CommitPoint.Cursor => isAnswer && LakeNames.IsCommit(name),
        _ => !isAnswer && LakeNames.IsCheckpoint(name),
    };
}
