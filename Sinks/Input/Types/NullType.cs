namespace OrleansBatch.Sinks.Input.Types;

// A column that has nothing but nulls, and whose file names no type for it. No table has it: see Stored.
internal sealed record NullType : ColumnType
{
    protected override string Spelling => "\"NULL\"";
}
