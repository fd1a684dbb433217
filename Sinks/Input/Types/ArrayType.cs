namespace OrleansBatch.Sinks.Input.Types;

// A list of one length. No file brings such a list, but a table may have been altered to it.
internal sealed record ArrayType(ColumnType Element, int Length) : ColumnType
{
    protected override string Spelling => $"{Element}[{Length}]";
}
