using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Support;

// Batches and calls with default values for everything that a test doesn't care about.
internal static class TestBatch
{
    public static Batch Of(GroupKey group, string path, long seq, Guid runId = default, SyncType type = SyncType.Append) => new()
    {
        Group = group,
        Seq = seq,
        RunId = runId,
        BatchIndex = (int)seq,
        OriginRunId = runId,
        OriginIndex = (int)seq,
        Path = path,
        SyncType = type,
    };

    public static BatchContext Call(
        Batch batch, long? appliedSeq = null, long epoch = 1, Func<CancellationToken, Task>? ensureOwned = null) =>
        new(ensureOwned ?? (_ => Task.CompletedTask))
        {
            Attempt = 1,
            FencingToken = epoch,
            AppliedSeq = appliedSeq ?? batch.Seq - 1,
            Silo = "test",
            Batch = batch,
        };

    public static RunEndContext End(
        GroupKey group, Guid runId, RunEnd end, long appliedSeq, long epoch = 1, SyncType type = SyncType.FullRefresh) =>
        new(_ => Task.CompletedTask)
        {
            Attempt = 1,
            FencingToken = epoch,
            AppliedSeq = appliedSeq,
            Silo = "test",
            Group = group,
            Seq = appliedSeq + 1,
            RunId = runId,
            OriginRunId = runId,
            SyncType = type,
            End = end,
        };
}
