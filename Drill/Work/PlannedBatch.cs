using System.Text.Json.Nodes;
using OrleansBatch.Drill.Checks;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Work;

// A batch that a producer is about to enqueue, with its orders for the probe.
internal sealed record PlannedBatch(PlannedRun Run, int Index, string Path, bool IsFinal, int SleepMs, int FailAttempts, bool Permanent)
{
    public GroupKey Group => Run.Group;

    // The ids of the rows in the batch's file, where there is one.
    public IReadOnlyList<long> Ids { get; init; } = [];

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
        RowCount = Run.HasFiles ? Ids.Count : 1,
        SyncType = SyncTypeNames.Parse(Run.SyncType),
        PrimaryKeys = Run.PrimaryKeys,
        Metadata = Run.HasFiles ? "{}" : Metadata,
        Cdc = Run.SyncType == "cdc" ? new Cdc { Operation = "op", Sequence = "at" } : null,
        Options = Run.Supersedes ? """{"supersede": "always"}""" : "{}",
    };

    public ExpectedBatch Expect(long? seq) => new(Group, Run.RunId, Index, seq, seq is not null, FailAttempts, Permanent);
}

internal sealed record PlannedRun(GroupKey Group, Guid RunId, string SyncType)
{
    // False for a sink that looks into no file.
    public bool HasFiles { get; init; }

    // The run ends all earlier ones of the group that have not ended.
    public bool Supersedes { get; init; }

    public string[] PrimaryKeys => SyncType is "incremental" or "cdc" ? ["id"] : [];
}
