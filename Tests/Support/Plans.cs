using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Tests.Support;

// The tables that a statement would read from end to end: by a scan that no condition on an index bounds.
internal static partial class Plans
{
    // The plan that an engine's session keeps once it has prepared the statement, made without knowing the values.
    // Types are needed where the server can't tell them from the statement.
    public static async Task<IReadOnlyList<string>> WholeReadsAsync(this StagedSession session, string statement, string? types = null)
    {
        var text = QueueStatements.Load(statement).ToString();
        var values = Parameters().Matches(text)
            .Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
        await QueueStatements.Load("settle_session").On(session.Connection, "5000", "10000").FirstAsync(_ => true, CancellationToken.None);
        var name = $"planned_{statement}";
        await session.ExecuteAsync($"PREPARE {name} {(types is null ? "" : $"({types})")} AS {text}");
        var plan = await session.ScalarAsync<string>(
            $"EXPLAIN (FORMAT JSON) EXECUTE {name} {(values == 0 ? "" : $"({string.Join(", ", Enumerable.Repeat("NULL", values))})")}");
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

    [GeneratedRegex(@"\$(\d+)")]
    private static partial Regex Parameters();
}
