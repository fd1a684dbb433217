using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.DuckDb;

// Replaces the rows that have a key of the file's. Among rows of the file with one key the last wins.
// A row with a null in its key has no equal: the file is refused for it, or the row is inserted.
internal sealed class Upsert
{
    private readonly InputFile _file;
    private readonly IReadOnlyList<TableColumn> _keys;
    private readonly bool _keepsNulls;

    private Upsert(InputFile file, IReadOnlyList<TableColumn> keys, bool keepsNulls)
    {
        _file = file;
        _keys = keys;
        _keepsNulls = keepsNulls;
    }

    private SqlText HasNull => SqlText.Of($"({SqlText.Join(" OR ", _keys.Select(HasNullIn))})");

    // The keys are checked before any row is changed.
    public static Upsert Of(DuckDbSession session, InputFile file, Batch batch, CancellationToken cancellationToken)
    {
        var keys = KeysOf(batch, file);
        var counts = session.Rows(
            SqlText.Of($"SELECT {SqlText.Join(", ", keys.Select(Count))} FROM {file.Rows}"),
            row => keys.Select((key, i) => (key.Name, Rows: row.GetInt64(i))).Where(n => n.Rows > 0).ToList(),
            cancellationToken).Single();
        if (counts.Count == 0 || batch.NullKeys == NullKeyRule.Keep)
        {
            return new Upsert(file, keys, counts.Count > 0);
        }

        var nulls = string.Join(" and ", counts.Select(n => $"{n.Rows} {(n.Rows == 1 ? "row" : "rows")} in {n.Name}"));
        throw new PermanentBatchException(
            $"{batch.Path} has a null in the primary key: {nulls}. Nothing was changed. "
            + "Write the file without them, start a run with other keys, or have the run keep such rows: "
            + "they are inserted and never replaced (option null_keys: keep; load --null-keys keep).");
    }

    public BatchResult Apply(
        LakeFileSession lake, LakeTable table, IReadOnlyList<Placement> placements, CancellationToken cancellationToken)
    {
        if (lake.Shapes.IsFirstDelete(table) && Additions.Of(lake.Session, table, cancellationToken).RefuseRepeatedKeys)
        {
            // A unique index of a reopened file sees insertions but no deletions of the same transaction.
            // An insert beforehand makes the index see both.
            lake.Session.Execute(SqlText.Of($"{table.Insert(placements, _file.Rows)} LIMIT 0"), cancellationToken);
        }

        // The table has every column of the file by now.
        var names = new FreeNames(lake.Shapes.Find(lake.Session, table, cancellationToken)!.Keys);
        var replaced = lake.Session.Execute(Delete(table, placements, names), cancellationToken);
        var rows = lake.Session.Execute(Insert(table, placements, names), cancellationToken);
        return new BatchResult { RowsApplied = rows, RowsReplaced = replaced };
    }

    // With = DuckDB filters the table by the file's statistics, which may be wrong.
    // IS NOT DISTINCT FROM avoids that, although no key is null.
    private SqlText Delete(LakeTable table, IReadOnlyList<Placement> placements, FreeNames names)
    {
        var (mine, his) = (names.Next(), names.Next());
        var keys = _keys.Select(key => (Placed: placements.Single(p => p.Column.Key == key.Key), Name: names.Next())).ToList();
        var selected = SqlText.Join(", ", keys.Select(k => SqlText.Of($"{k.Placed.Value} AS {k.Name}")));
        var match = SqlText.Join(" AND ", keys.Select(k => SqlText.Of($"{mine}.{k.Placed.Name} IS NOT DISTINCT FROM {his}.{k.Name}")));
        var matching = _keepsNulls ? SqlText.Of($" WHERE NOT {HasNull}") : SqlText.Trusted(string.Empty);
        return SqlText.Of($"""
            DELETE FROM {table.Name} AS {mine}
            WHERE EXISTS (SELECT 1 FROM (SELECT {selected} FROM {_file.Rows}{matching}) AS {his} WHERE {match})
            """);
    }

    // An aggregate over the keys needs far less memory than a window over whole rows.
    private SqlText Insert(LakeTable table, IReadOnlyList<Placement> placements, FreeNames names)
    {
        var place = names.Next();
        var numbered = SqlText.Of($"(SELECT *, row_number() OVER () AS {place} FROM {_file.Rows})");
        var keys = SqlText.Join(", ", _keys.Select(k => SqlText.Identifier(k.Name)));
        var last = SqlText.Of($"{place} IN (SELECT max({place}) FROM {numbered} GROUP BY {keys})");
        return SqlText.Of($"{table.Insert(placements, numbered)} WHERE {(_keepsNulls ? SqlText.Of($"{HasNull} OR {last}") : last)}");
    }

    private static SqlText Count(TableColumn key) => SqlText.Of($"count_if({HasNullIn(key)})");

    private static SqlText HasNullIn(TableColumn key) => Nulls.AreInValue(SqlText.Identifier(key.Name), key.Type);

    private static List<TableColumn> KeysOf(Batch batch, InputFile file)
    {
        if (batch.PrimaryKeys.Count == 0)
        {
            throw new PermanentBatchException(
                $"{batch.Path}: run {batch.RunId} is incremental but has no primary keys; start a run that names them.");
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
