using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input.Placing;

// The place of a file's column in the table: a column that may have to become another type, or a new one.
internal sealed record Placement(TableColumn Column, TableColumn? Present, ColumnType Target)
{
    public bool Alters => Present?.Type != Target;

    public SqlText Name => SqlText.Identifier(Present?.Name ?? Column.Name);

    // The file's value as the table's type. A name of the file always stands alone, because after a dot it could mean something else.
    public SqlText Value => new Conversion(Column.Type, Target, OfTable: false).Of(SqlText.Identifier(Column.Name));

    public SqlText Selected => SqlText.Of($"{Value} AS {Name}");
}
