using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input.Keys;

// The primary key of an incremental or cdc run in one file. The key is checked before any row is changed.
// A row with a null in its key has no equal: the file is refused for it, or the row is inserted.
internal sealed record PrimaryKey(IReadOnlyList<TableColumn> Columns, bool KeepsNulls)
{
    public SqlText HasNull => SqlText.Of($"({SqlText.Join(" OR ", Columns.Select(HasNullIn))})");

    public static PrimaryKey Of(DuckDbSession session, IRowSource file, Batch batch, CancellationToken cancellationToken)
    {
        var keys = ColumnsOf(batch, file);
        var counts = session.Rows(
            SqlText.Of($"SELECT {SqlText.Join(", ", keys.Select(Count))} FROM {file.Rows}"),
            row => keys.Select((key, i) => (key.Name, Rows: row.GetInt64(i))).Where(n => n.Rows > 0).ToList(),
            cancellationToken).Single();
        if (counts.Count == 0 || batch.NullKeys == NullKeyRule.Keep)
        {
            return new PrimaryKey(keys, counts.Count > 0);
        }

        var nulls = string.Join(" and ", counts.Select(n => $"{n.Rows} {(n.Rows == 1 ? "row" : "rows")} in {n.Name}"));
        throw new PermanentBatchException(
            $"{batch.Path} has a null in the primary key: {nulls}. Nothing was changed. "
            + "Write the file without them, start a run with other keys, or have the run keep such rows: "
            + "they are inserted and never replaced (option null_keys: keep; load --null-keys keep).");
    }

    // Among rows with one key the last wins. An aggregate over the keys needs far less memory than a window over whole rows.
    // The name for the rows' places must be one that no column has.
    public SqlText LastRows(IRowSource file, SqlText place)
    {
        var numbered = SqlText.Of($"(SELECT *, row_number() OVER () AS {place} FROM {file.Rows})");
        var keys = SqlText.Join(", ", Columns.Select(k => SqlText.Identifier(k.Name)));
        var last = SqlText.Of($"{place} IN (SELECT max({place}) FROM {numbered} GROUP BY {keys})");
        return SqlText.Of($"(SELECT * EXCLUDE ({place}) FROM {numbered} WHERE {(KeepsNulls ? SqlText.Of($"{HasNull} OR {last}") : last)})");
    }

    // DuckDB's count_if answers null for a file without rows.
    private static SqlText Count(TableColumn key) => SqlText.Of($"count(*) FILTER (WHERE {HasNullIn(key)})");

    private static SqlText HasNullIn(TableColumn key) => Nulls.AreInValue(SqlText.Identifier(key.Name), key.Type);

    private static List<TableColumn> ColumnsOf(Batch batch, IRowSource file)
    {
        if (batch.PrimaryKeys.Count == 0)
        {
            throw new PermanentBatchException(
                $"{batch.Path}: run {batch.RunId} is {batch.SyncType.ToName()} but has no primary keys; start a run that names them.");
        }

        var present = file.Columns.ToDictionary(c => c.Key, StringComparer.Ordinal);
        var missing = batch.PrimaryKeys.Where(key => !present.ContainsKey(TableColumn.Fold(key))).ToList();
        return missing.Count == 0
            ? [.. batch.PrimaryKeys.Select(TableColumn.Fold).Distinct().Select(key => present[key])]
            : throw new PermanentBatchException(
                $"{batch.Path} lacks the primary key {string.Join(", ", missing)}; "
                + "write the file with it, or start a run with other keys.");
    }
}
