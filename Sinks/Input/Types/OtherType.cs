namespace OrleansBatch.Sinks.Input.Types;

// A type that this model does not know, as DuckDB wrote it. Such a type is like nothing but itself.
internal sealed record OtherType(string Name) : ColumnType
{
    protected override string Spelling => Name;
}
