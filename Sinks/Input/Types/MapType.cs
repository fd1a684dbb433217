namespace OrleansBatch.Sinks.Input.Types;

internal sealed record MapType(ColumnType Key, ColumnType Value) : ColumnType
{
    protected override string Spelling => $"MAP({Key}, {Value})";
}
