using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input.Types;

// Shapes with the name of their coordinate system; null where no name is given.
internal sealed record GeometryType(string? Crs) : ColumnType
{
    protected override string Spelling => Crs is null ? "GEOMETRY" : $"GEOMETRY({SqlText.Literal(Crs)})";
}
