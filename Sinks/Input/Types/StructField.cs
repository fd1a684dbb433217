namespace OrleansBatch.Sinks.Input.Types;

// A named part of a struct or of a union.
internal sealed record StructField(string Name, ColumnType Type)
{
    public string Key { get; } = TableColumn.Fold(Name);
}
