using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Keys;
using OrleansBatch.Sinks.Input.Placing;

namespace OrleansBatch.Sinks.DuckDb;

// Replaces the rows that have a key of the file's. Among rows of the file with one key the last wins.
internal sealed class Upsert(InputFile file, PrimaryKey key)
{
    // The keys are checked before any row is changed.
    public static Upsert Of(DuckDbSession session, InputFile file, Batch batch, CancellationToken cancellationToken) =>
        new(file, PrimaryKey.Of(session, file, batch, cancellationToken));

    public BatchResult Apply(
        LakeFileSession lake, LakeTable table, IReadOnlyList<Placement> placements, CancellationToken cancellationToken)
    {
        table.ReadyForDelete(lake, placements, file.Rows, cancellationToken);

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
        var keys = key.Columns.Select(k => (Placed: placements.Single(p => p.Column.Key == k.Key), Name: names.Next())).ToList();
        var selected = SqlText.Join(", ", keys.Select(k => SqlText.Of($"{k.Placed.Value} AS {k.Name}")));
        var match = SqlText.Join(" AND ", keys.Select(k => SqlText.Of($"{mine}.{k.Placed.Name} IS NOT DISTINCT FROM {his}.{k.Name}")));
        var matching = key.KeepsNulls ? SqlText.Of($" WHERE NOT {key.HasNull}") : SqlText.Trusted(string.Empty);
        return SqlText.Of($"""
            DELETE FROM {table.Name} AS {mine}
            WHERE EXISTS (SELECT 1 FROM (SELECT {selected} FROM {file.Rows}{matching}) AS {his} WHERE {match})
            """);
    }

    private SqlText Insert(LakeTable table, IReadOnlyList<Placement> placements, FreeNames names) =>
        table.Insert(placements, key.LastRows(file, names.Next()));
}
