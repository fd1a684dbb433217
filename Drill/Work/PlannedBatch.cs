using System.Text.Json.Nodes;
using OrleansBatch.Drill.Checks;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Work;

// A batch that a producer is about to enqueue, with its orders for the probe.
internal sealed record PlannedBatch(PlannedRun Run, int Index, string Path, bool IsFinal, int SleepMs, int FailAttempts, bool Permanent)
{
    public GroupKey Group => Run.Group;

    public string Metadata => new JsonObject
    {
        ["probe"] = new JsonObject { ["sleep_ms"] = SleepMs, ["fail_attempts"] = FailAttempts, ["permanent"] = Permanent },
    }.ToJsonString();

    public EnqueueRequest Request => new()
    {
        TeamId = Group.TeamId,
        SchemaId = Group.SchemaId,
        RunId = Run.RunId,
        BatchIndex = Index,
        Path = Path,
        IsFinal = IsFinal,
        RowCount = 1,
        SyncType = SyncTypeNames.Parse(Run.SyncType),
        PrimaryKeys = Run.PrimaryKeys,
        Metadata = Metadata,
    };

    public ExpectedBatch Expect(long? seq) => new(Group, Run.RunId, Index, seq, seq is not null, FailAttempts, Permanent);
}

internal sealed record PlannedRun(GroupKey Group, Guid RunId, string SyncType)
{
    public string[] PrimaryKeys => SyncType == "incremental" ? ["id"] : [];
}
