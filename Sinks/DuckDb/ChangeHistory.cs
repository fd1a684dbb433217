using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Changes;
using OrleansBatch.Sinks.Input.Placing;

namespace OrleansBatch.Sinks.DuckDb;

// Keeps all versions of each row. A version lasts from its sequence to that of the next change of its key.
// A late older change is placed between the versions around it, so the order of arrival leaves no trace.
// The sequences of deletes are kept beside, because an older version that comes later ends there.
internal sealed class ChangeHistory(DuckDbSession session, PlacedChanges changes, CancellationToken cancellationToken)
{
    private readonly ChangeNames _names = changes.Names;
    private readonly SqlText _validFrom = SqlText.Identifier(OwnColumns.ValidFrom);
    private readonly SqlText _validTo = SqlText.Identifier(OwnColumns.ValidTo);

    private KeyedRows Versions => _names.In(SqlText.Of($"temp.main.version"));

    public void Apply(LakeTable history, IReadOnlyList<Placement> placements, KeyedRows deletions)
    {
        var kept = changes.KeysIn(history) with { Sequence = _validFrom };
        StageVersions();
        Forget(kept);
        Forget(deletions);
        var rows = placements.Where(p => p.Column.Key != OwnColumns.ValidTo);
        session.Execute(
            SqlText.Of($"""
                {history.Insert([.. rows], changes.Versions.Rows)}
                WHERE {_names.Place} IN (SELECT {_names.Last} FROM {Versions.Name} WHERE NOT {_names.EndsDeleted})
                  OR ({_names.IsUnkeyed} AND NOT {_names.IsDelete})
                """),
            cancellationToken);
        session.Execute(
            SqlText.Of($"""
                INSERT INTO {deletions.Name} BY NAME
                SELECT {Versions.SelectedAs(deletions)} FROM {Versions.Name} WHERE {_names.EndsDeleted}
                """),
            cancellationToken);
        Close(kept, deletions);
    }

    // Of several changes with one sequence the last counts.
    private void StageVersions() => session.Execute(
        SqlText.Of($"""
            CREATE OR REPLACE TEMP TABLE version AS
            SELECT {Versions.KeyList}, {Versions.Sequence}, max({_names.Place}) AS {_names.Last},
              arg_max({_names.IsDelete}, {_names.Place}) AS {_names.EndsDeleted}
            FROM {changes.Staged.Name} GROUP BY {Versions.KeyList}, {Versions.Sequence}
            """),
        cancellationToken);

    private void Forget(KeyedRows known)
    {
        var (mine, his) = (_names.Mine, _names.His);
        session.Execute(
            SqlText.Of($"""
                DELETE FROM {known.Name} AS {mine} WHERE EXISTS (
                  SELECT 1 FROM {Versions.Name} AS {his}
                  WHERE {known.Matches(mine, Versions, his)} AND {mine}.{known.Sequence} = {his}.{_names.Sequence})
                """),
            cancellationToken);
    }

    private void Close(KeyedRows kept, KeyedRows deletions)
    {
        var (mine, his) = (_names.Mine, _names.His);
        var touched = SqlText.Join(" UNION ALL ", new[] { kept, deletions }.Select(table => SqlText.Of($"""
            SELECT {table.SelectedAs(Versions)} FROM {table.Name} AS {mine}
            WHERE EXISTS (SELECT 1 FROM {Versions.Name} AS {his} WHERE {table.Matches(mine, Versions, his)})
            """)));
        session.Execute(
            SqlText.Of($"""
                UPDATE {kept.Name} AS {mine} SET {_validTo} = {his}.{_names.Following}
                FROM (
                  SELECT *, lead({_names.Sequence}) OVER (
                    PARTITION BY {Versions.KeyList} ORDER BY {_names.Sequence}) AS {_names.Following}
                  FROM ({touched})) AS {his}
                WHERE {kept.Matches(mine, Versions, his)} AND {mine}.{_validFrom} = {his}.{_names.Sequence}
                  AND {mine}.{_validTo} IS DISTINCT FROM {his}.{_names.Following}
                """),
            cancellationToken);
    }
}
