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

    public static string Array(IEnumerable<PlannedBatch> batches) => JsonSerializer.Serialize(batches.Select(b => new Dictionary<string, object>
    {
        ["team_id"] = b.Group.TeamId,
        ["schema_id"] = b.Group.SchemaId,
        ["run_id"] = b.Run.RunId,
        ["batch_index"] = b.Index,
        ["path"] = b.Path,
        ["is_final"] = b.IsFinal,
        ["row_count"] = 1,
        ["sync_type"] = b.Run.SyncType,
        ["primary_keys"] = b.Run.PrimaryKeys,
        ["metadata"] = JsonNode.Parse(b.Metadata)!,
    }));
}

internal sealed record PlannedRun(GroupKey Group, Guid RunId, string SyncType)
{
    public string[] PrimaryKeys => SyncType == "incremental" ? ["id"] : [];
}
