using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Groups;

/// <summary>Hands one entry to the sink: the batch, then the end of its run when the entry ends it.</summary>
internal sealed class SinkCall(GroupKey group, IBatchSink sink, OwnedCursor cursor, string silo)
{
    public async Task ApplyAsync(LogEntry entry, int attempt, long appliedSeq, CancellationToken ct)
    {
        if (entry.IsBatch)
        {
            await sink.ApplyAsync(
                new BatchContext(EnsureOwnedAsync)
                {
                    Batch = entry.ToBatch(group),
                    Attempt = attempt,
                    FencingToken = cursor.Epoch,
                    AppliedSeq = appliedSeq,
                    Silo = silo,
                },
                ct);
        }

        if (entry.Ends is { } end)
        {
            await EndRunAsync(entry, end, attempt, entry.IsBatch ? entry.Seq : appliedSeq, ct);
        }
    }

    public async Task EndRunAsync(LogEntry entry, RunEnd end, int attempt, long appliedSeq, CancellationToken ct)
    {
        if (sink is IRunSink runSink)
        {
            await runSink.EndRunAsync(
                new RunEndContext(EnsureOwnedAsync)
                {
                    Group = group,
                    Seq = entry.Seq,
                    RunId = entry.RunId,
                    OriginRunId = entry.OriginRunId,
                    SyncType = entry.SyncType,
                    End = end,
                    Attempt = attempt,
                    FencingToken = cursor.Epoch,
                    AppliedSeq = appliedSeq,
                    Silo = silo,
                },
                ct);
        }
    }

    // Away from the sink's threads: a sink that blocks on the answer must not block what brings it.
    private Task EnsureOwnedAsync(CancellationToken ct) => Task.Run(() => cursor.EnsureOwnedAsync(ct), ct);

    public async Task ReleaseAsync(CancellationToken ct)
    {
        if (sink is ITenureSink tenureSink)
        {
            await tenureSink.ReleaseAsync(group, ct);
        }
    }
}
