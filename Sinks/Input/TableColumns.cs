using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input;

internal static class TableColumns
{
    public static IReadOnlyList<TableColumn> Of(DuckDbSession session, SqlText source, CancellationToken cancellationToken) =>
        session.Rows(
            SqlText.Of($"DESCRIBE SELECT * FROM {source}"),
            row => new TableColumn(row.GetString(0), row.GetString(1)),
            cancellationToken);
}
