using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input.Types;

// Shapes, with the name of their coordinate system; null where it is not said.
internal sealed record GeometryType(string? Crs) : ColumnType
{
    protected override string Spelling => Crs is null ? "GEOMETRY" : $"GEOMETRY({SqlText.Literal(Crs)})";
}
