namespace OrleansBatch.Sinks.Input.Types;

// A list of any length.
internal sealed record ListType(ColumnType Element) : ColumnType
{
    protected override string Spelling => $"{Element}[]";
}
