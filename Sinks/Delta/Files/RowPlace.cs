using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Delta.Files;

// The names of columns that say where a row lies: the path of its file, and its place in the file where that is asked for.
internal sealed record RowPlace(SqlText File, SqlText? Row)
{
    // Queries about the shape's columns give their tables names that begin so. In DuckDB a column's name goes before a table's.
    private const string Taken = "own_";

    public static RowPlace Of(TableShape shape)
    {
        var names = new FreeNames(shape.Columns.Select(c => c.Name).Append(Taken));
        return new RowPlace(names.Next(), names.Next());
    }

    public static RowPlace InFile(TableShape shape) => Of(shape) with { Row = null };
}
