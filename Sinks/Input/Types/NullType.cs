namespace OrleansBatch.Sinks.Input.Types;

// A column with nothing but nulls, and without a type in its file. No table has this type: see Stored.
internal sealed record NullType : ColumnType
{
    protected override string Spelling => "\"NULL\"";
}
