using System.Text.Json;
using System.Text.Json.Nodes;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Delta.Marks;

// The batches of one commit with their results, as they stand in its commitInfo. People read them, and so does a repeated batch.
// A checkpoint drops them. Whether a batch was applied is told by the txn actions alone.
internal static class BatchMark
{
    public const string Member = "orleansbatch";

    public static JsonObject Of(Guid originRunId, string silo, IEnumerable<(Batch Batch, BatchResult Result)> batches)
    {
        var list = new JsonArray();
        foreach (var (batch, result) in batches)
        {
            list.Add(new JsonObject
            {
                ["index"] = batch.OriginIndex,
                ["seq"] = batch.Seq,
                ["rows"] = result.RowsApplied,
                ["replaced"] = result.RowsReplaced,
                ["rounded"] = result.ValuesRounded,
            });
        }

        return new JsonObject { ["run"] = $"{originRunId:D}", ["silo"] = silo, ["batches"] = list };
    }

    // Returns null for a commit of another writer.
    public static CommitMark? Read(string? commitInfo)
    {
        try
        {
            if (commitInfo is null || JsonNode.Parse(commitInfo)?[Member] is not JsonObject mark
                || !Guid.TryParse((string?)mark["run"], out var run))
            {
                return null;
            }

            var batches = mark["batches"]!.AsArray().Select(b => ((long)b!["index"]!, (long)b["seq"]!, (long?)b["rows"])).ToList();
            return batches.Count == 0 ? new CommitMark(run, 0, null, null, null, null) : new CommitMark(
                run, batches.Count, batches[0].Item1, batches[^1].Item1, batches[^1].Item2,
                batches.TrueForAll(b => b.Item3 is not null) ? batches.Sum(b => b.Item3) : null);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or JsonException or NullReferenceException)
        {
            return null;
        }
    }

    // Returns null when the commit is not the batch's, or is another writer's.
    public static BatchResult? Find(string? commitInfo, Guid originRunId, int index)
    {
        try
        {
            if (commitInfo is null || JsonNode.Parse(commitInfo)?[Member] is not JsonObject mark
                || (string?)mark["run"] != $"{originRunId:D}")
            {
                return null;
            }

            return mark["batches"]!.AsArray()
                .Where(b => (int)b!["index"]! == index)
                .Select(b => new BatchResult
                {
                    RowsApplied = (long?)b!["rows"],
                    RowsReplaced = (long?)b["replaced"],
                    ValuesRounded = (long?)b["rounded"] ?? 0,
                })
                .FirstOrDefault();
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or JsonException or NullReferenceException)
        {
            return null;
        }
    }
}
