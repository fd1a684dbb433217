using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// Replaces the rows that have a key of the file's; among rows of the file with one key the last wins. NULL equals NULL.
internal static class Upsert
{
    public static BatchResult Apply(DuckDbSession session, LakeTable table, InputFile file, Batch batch, CancellationToken cancellationToken)
    {
        var keys = KeysOf(batch, file);
        var match = SqlText.Join(" AND ", keys.Select(k => SqlText.Of($"old_row.{k} IS NOT DISTINCT FROM new_row.{k}")));
        var replaced = session.Execute(
            SqlText.Of($"DELETE FROM {table.Name} AS old_row WHERE EXISTS (SELECT 1 FROM {file.Rows} AS new_row WHERE {match})"),
            cancellationToken);

        var place = SqlText.Identifier(UnusedName(file));
        var numbered = SqlText.Of($"(SELECT *, row_number() OVER () AS {place} FROM {file.Rows})");

        // An aggregate over the keys needs far less memory than a window over whole rows.
        var rows = session.Execute(
            SqlText.Of($"""
                INSERT INTO {table.Name} BY NAME
                SELECT * EXCLUDE ({place})
                FROM {numbered}
                WHERE {place} IN (SELECT max({place}) FROM {numbered} GROUP BY {SqlText.Join(", ", keys)})
                """),
            cancellationToken);
        return new BatchResult { RowsApplied = rows, RowsReplaced = replaced };
    }

    private static List<SqlText> KeysOf(Batch batch, InputFile file)
    {
        if (batch.PrimaryKeys.Count == 0)
        {
            throw new PermanentBatchException(
                $"{batch.Path}: run {batch.RunId} is incremental but has no primary keys; start a run that names them.");
        }

        var present = file.Columns.Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        var missing = batch.PrimaryKeys.Where(key => !present.Contains(TableColumn.Fold(key))).ToList();
        return missing.Count == 0
            ? [.. batch.PrimaryKeys.Select(SqlText.Identifier)]
            : throw new PermanentBatchException(
                $"{batch.Path} lacks the primary key {string.Join(", ", missing)}; "
                + "write the file with it, or start a run with other keys.");
    }

    private static string UnusedName(InputFile file)
    {
        var name = "place_in_file";
        while (file.Columns.Any(c => c.Key == name))
        {
            name += "_";
        }

        return name;
    }
}
