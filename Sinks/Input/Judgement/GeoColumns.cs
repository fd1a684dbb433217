using System.Text.Json;

using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input.Judgement;

// Columns hold shapes when their logical type says so, or when the file's GeoParquet metadata names them.
internal sealed class GeoColumns(string? metadata)
{
    private readonly HashSet<string> _names = NamesIn(metadata);

    public bool Has(SchemaNode leaf) => leaf.Element.Physical == PhysicalType.ByteArray
        && (leaf.Element.Logical?.Kind is LogicalKind.Geometry or LogicalKind.Geography
            || (leaf.Column == leaf && _names.Contains(leaf.Element.Name)));

    // Metadata that is no JSON names no column; DuckDB may still refuse it.
    private static HashSet<string> NamesIn(string? metadata)
    {
        try
        {
            using var json = JsonDocument.Parse(metadata ?? "{}");
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("columns", out var columns) && columns.ValueKind == JsonValueKind.Object
                ? columns.EnumerateObject().Select(column => column.Name).ToHashSet(StringComparer.Ordinal)
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
