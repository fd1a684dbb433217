using System.Collections.Immutable;
using System.Text.Json;

namespace OrleansBatch.Sinks.DeltaLog.Actions;

internal static class ColumnStatsReader
{
    public static IReadOnlyDictionary<string, ColumnStats> Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Columns(document.RootElement);
        }
        catch (JsonException)
        {
            return ImmutableDictionary<string, ColumnStats>.Empty;
        }
    }

    private static Dictionary<string, ColumnStats> Columns(JsonElement stats)
    {
        var columns = new Dictionary<string, ColumnStats>(StringComparer.Ordinal);
        foreach (var (name, value) in Members(stats, "minValues").Where(m => IsSimple(m.Value)))
        {
            columns[name] = Of(columns, name) with { Min = value.Clone() };
        }

        foreach (var (name, value) in Members(stats, "maxValues").Where(m => IsSimple(m.Value)))
        {
            columns[name] = Of(columns, name) with { Max = value.Clone() };
        }

        foreach (var (name, value) in Members(stats, "nullCount"))
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0)
            {
                columns[name] = Of(columns, name) with { NullCount = count };
            }
        }

        return columns;
    }

    private static ColumnStats Of(Dictionary<string, ColumnStats> columns, string name) =>
        columns.GetValueOrDefault(name) ?? new ColumnStats(null, null, null);

    private static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement stats, string name) =>
        stats.ValueKind == JsonValueKind.Object && stats.TryGetProperty(name, out var members)
            && members.ValueKind == JsonValueKind.Object
            ? members.EnumerateObject().Select(m => (m.Name, m.Value))
            : [];

    // A struct's statistics are those of its parts.
    private static bool IsSimple(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.String or JsonValueKind.True or JsonValueKind.False;
}
