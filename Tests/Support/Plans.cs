using System.Text.Json;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Tests.Support;

// Which tables a statement would read from end to end: by a scan that no condition on an index bounds.
internal static class Plans
{
    // The plan that an engine's session keeps once it has prepared the statement: made without knowing the values.
    public static async Task<IReadOnlyList<string>> WholeReadsAsync(this StagedSession session, string statement, string types, int values)
    {
        await Statement.Load("settle_session").On(session.Connection, "5000", "10000").FirstAsync(_ => true, CancellationToken.None);
        await session.ExecuteAsync("SET plan_cache_mode = force_generic_plan");
        var name = $"planned_{statement}";
        await session.ExecuteAsync($"PREPARE {name} ({types}) AS {Statement.Load(statement)}");
        var plan = await session.ScalarAsync<string>(
            $"EXPLAIN (FORMAT JSON) EXECUTE {name} ({string.Join(", ", Enumerable.Repeat("NULL", values))})");
        await session.ExecuteAsync($"DEALLOCATE {name}");
        return WholeReads(plan!);
    }

    public static IReadOnlyList<string> WholeReads(string plan)
    {
        List<string> found = [];
        using var document = JsonDocument.Parse(plan);
        Visit(document.RootElement, found);
        return found;
    }

    private static void Visit(JsonElement element, List<string> found)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Visit(item, found);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("Relation Name", out var relation)
                && element.GetProperty("Node Type").GetString()!.EndsWith("Scan", StringComparison.Ordinal)
                && !element.TryGetProperty("Index Cond", out _)
                && !element.TryGetProperty("TID Cond", out _)
                && !element.TryGetProperty("Recheck Cond", out _))
            {
                found.Add($"{element.GetProperty("Node Type")} on {relation}");
            }

            foreach (var property in element.EnumerateObject())
            {
                Visit(property.Value, found);
            }
        }
    }
}
