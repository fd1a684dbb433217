using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DuckDb;

// Decides for each key which change of the file stands at its end.
// A change counts when its sequence is not below any that came before it, in the file or in the table.
// So each change is judged as if it came in a batch of its own.
// Of equal sequences the later change counts: a file that is applied again leaves the rows as they are.
internal sealed class ChangeDecision(PlacedChanges changes)
{
    private readonly ChangeNames _names = changes.Names;

    public KeyedRows Rows => changes.Names.In(SqlText.Of($"temp.main.decision"));

    public void Make(DuckDbSession session, KeyedRows tombstones, CancellationToken cancellationToken)
    {
        var (mine, his) = (_names.Mine, _names.His);
        var known = SqlText.Join(" UNION ALL ", new[] { changes.Table, tombstones }.Select(table => SqlText.Of($"""
            SELECT {table.SelectedAs(changes.Staged)} FROM {table.Name} AS {mine}
            WHERE EXISTS (SELECT 1 FROM {changes.Staged.Name} AS {his} WHERE {table.Matches(mine, changes.Staged, his)})
            """)));
        var keys = changes.Staged.KeyList;
        session.Execute(
            SqlText.Of($"""
                CREATE OR REPLACE TEMP TABLE decision AS
                WITH known AS (SELECT {keys}, max({_names.Sequence}) AS {_names.Known} FROM ({known}) GROUP BY {keys}),
                younger AS (
                  SELECT {mine}.* FROM {changes.Staged.Name} AS {mine}
                  LEFT JOIN known AS {his} ON {changes.Staged.Matches(mine, changes.Staged, his)}
                  WHERE {his}.{_names.Known} IS NULL OR {mine}.{_names.Sequence} >= {his}.{_names.Known}),
                ranked AS (
                  SELECT *, max({_names.Sequence}) OVER (
                    PARTITION BY {keys} ORDER BY {_names.Place} ROWS UNBOUNDED PRECEDING) AS {_names.Highest}
                  FROM younger)
                SELECT {keys}, max({_names.Sequence}) AS {_names.Sequence}, max({_names.Place}) AS {_names.Last},
                  arg_max({_names.IsDelete}, {_names.Place}) AS {_names.EndsDeleted},
                  max({_names.Place}) FILTER (WHERE NOT {_names.IsDelete}) AS {_names.Kept}
                FROM ranked WHERE {_names.Sequence} = {_names.Highest} GROUP BY {keys}
                """),
            cancellationToken);
    }
}
