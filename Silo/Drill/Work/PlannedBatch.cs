using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Drill.Checks;

namespace OrleansBatch.Silo.Drill.Work;

// A batch that a producer is about to enqueue, with its orders for the probe.
internal sealed record PlannedBatch(PlannedRun Run, int Index, string Path, bool IsFinal, int SleepMs, int FailAttempts, bool Permanent)
{
    public GroupKey Group => Run.Group;

    public string Metadata => new JsonObject
    {
        ["probe"] = new JsonObject { ["sleep_ms"] = SleepMs, ["fail_attempts"] = FailAttempts, ["permanent"] = Permanent },
    }.ToJsonString();

    public object[] Values =>
        [Group.TeamId, Group.SchemaId, Run.RunId, Index, Path, IsFinal, Run.SyncType, Run.PrimaryKeys, Metadata];

    public ExpectedBatch Expect(long? seq) => new(Group, Run.RunId, Index, seq, seq is not null, FailAttempts, Permanent);

    public static string Array(IEnumerable<PlannedBatch> batches) =>
        JsonSerializer.Serialize(batches.Select(b => b.AsObject()));

    private Dictionary<string, object> AsObject() => new()
    {
        ["team_id"] = Group.TeamId,
        ["schema_id"] = Group.SchemaId,
        ["run_id"] = Run.RunId,
        ["batch_index"] = Index,
        ["path"] = Path,
        ["is_final"] = IsFinal,
        ["row_count"] = 1,
        ["sync_type"] = Run.SyncType,
        ["primary_keys"] = Run.PrimaryKeys,
        ["metadata"] = JsonNode.Parse(Metadata)!,
    };
}

internal sealed record PlannedRun(GroupKey Group, Guid RunId, string SyncType)
{
    public string[] PrimaryKeys => SyncType == "incremental" ? ["id"] : [];
}
