using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input;

internal static class TableColumns
{
    public static IReadOnlyList<TableColumn> Of(DuckDbSession session, SqlText source, CancellationToken cancellationToken) =>
        session.Rows(
            SqlText.Of($"DESCRIBE SELECT * FROM {source}"),
            row => new TableColumn(row.GetString(0), ColumnType.Parse(row.GetString(1))),
            cancellationToken);
}
