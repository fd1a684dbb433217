using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Changes;

namespace OrleansBatch.Sinks.DuckDb;

// Carries out what was decided: in the group's table, and in the sequences of rows that the table does not have.
internal sealed class RowChanges(
    DuckDbSession session, PlacedChanges changes, KeyedRows decision, DeleteRule deletes, CancellationToken cancellationToken)
{
    private readonly ChangeNames _names = changes.Names;
    private readonly SqlText _deleted = SqlText.Identifier(OwnColumns.Deleted);

    private bool IsSoft => deletes == DeleteRule.Soft;

    // True where a delete finds none of the file's rows to put in: the table's row stays as it is and is marked.
    private SqlText OnlyMarks => IsSoft ? SqlText.Of($"({_names.EndsDeleted} AND {_names.Kept} IS NULL)") : SqlText.Of($"false");

    // Returns the number of rows that were replaced, marked or taken away.
    public long Apply()
    {
        var marked = IsSoft ? Mark() : 0;
        var gone = Delete();
        Insert();
        return marked + gone;
    }

    // A delete of a row that the table never had leaves its sequence as well.
    public void Bury(KeyedRows tombstones)
    {
        var (mine, his) = (_names.Mine, _names.His);
        session.Execute(
            SqlText.Of($"""
                DELETE FROM {tombstones.Name} AS {mine}
                WHERE EXISTS (SELECT 1 FROM {decision.Name} AS {his} WHERE {tombstones.Matches(mine, decision, his)})
                """),
            cancellationToken);
        session.Execute(
            SqlText.Of($"""
                INSERT INTO {tombstones.Name} BY NAME
                SELECT {decision.SelectedAs(tombstones)} FROM {decision.Name} AS {mine}
                WHERE {_names.EndsDeleted} AND NOT EXISTS (
                  SELECT 1 FROM {changes.Table.Name} AS {his} WHERE {decision.Matches(mine, changes.Table, his)})
                """),
            cancellationToken);
    }

    private long Mark()
    {
        var (mine, his) = (_names.Mine, _names.His);
        return session.Execute(
            SqlText.Of($"""
                UPDATE {changes.Table.Name} AS {mine} SET {changes.Table.Sequence} = {his}.{_names.Sequence}, {_deleted} = true
                FROM {decision.Name} AS {his} WHERE {OnlyMarks} AND {changes.Table.Matches(mine, decision, his)}
                """),
            cancellationToken);
    }

    private long Delete()
    {
        var (mine, his) = (_names.Mine, _names.His);
        return session.Execute(
            SqlText.Of($"""
                DELETE FROM {changes.Table.Name} AS {mine} WHERE EXISTS (
                  SELECT 1 FROM {decision.Name} AS {his} WHERE NOT {OnlyMarks} AND {changes.Table.Matches(mine, decision, his)})
                """),
            cancellationToken);
    }

    // A row that a later delete of the same file marks has the delete's sequence.
    private void Insert()
    {
        var standing = IsSoft ? _names.Kept : SqlText.Of($"CASE WHEN NOT {_names.EndsDeleted} THEN {_names.Kept} END");
        var mark = IsSoft ? SqlText.Of($", coalesce({_names.EndsDeleted}, false) AS {_deleted}") : SqlText.Of($"");
        var columns = SqlText.Join(", ", changes.Columns.Select(Selected));
        session.Execute(
            SqlText.Of($"""
                INSERT INTO {changes.Table.Name} BY NAME
                SELECT {columns}{mark} FROM {changes.Rows} LEFT JOIN (
                  SELECT {_names.Sequence}, {_names.EndsDeleted}, {standing} AS {_names.Kept} FROM {decision.Name}
                ) ON {_names.Place} = {_names.Kept}
                WHERE {_names.Kept} IS NOT NULL OR ({_names.IsUnkeyed} AND NOT {_names.IsDelete})
                """),
            cancellationToken);
    }

    private SqlText Selected(TableColumn column)
    {
        var name = SqlText.Identifier(column.Name);
        return column == changes.Sequence ? SqlText.Of($"coalesce({_names.Sequence}, {name}) AS {name}") : name;
    }
}
