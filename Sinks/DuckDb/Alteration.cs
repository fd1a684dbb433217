using DuckDB.NET.Data;
using DuckDB.NET.Native;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Placing;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.DuckDb;

// Adds columns to a table and widens others, and keeps people's additions to the table.
internal sealed class Alteration(
    DuckDbSession session,
    LakeTable table,
    IReadOnlyDictionary<string, TableColumn> present,
    string file,
    CancellationToken cancellationToken)
{
    public void Apply(IReadOnlyList<Placement> placements)
    {
        foreach (var added in placements.Where(p => p.Present is null))
        {
            session.Execute(SqlText.Of($"ALTER TABLE {table.Name} ADD COLUMN {added.Name} {added.Target.Sql}"), cancellationToken);
        }

        var widened = placements.Where(p => p.Present is not null).ToList();
        if (widened.Count == 0)
        {
            return;
        }

        try
        {
            Widen(widened);
        }
        catch (DuckDBException error) when (DuckDbError.KindOf(error) is DuckDBErrorType.Binder or DuckDBErrorType.Dependency)
        {
            var first = widened[0];
            throw new PermanentBatchException(
                $"{file}: column {first.Column.Name} must become {first.Target} in the table, but something that was added to the table "
                + "stands in the way; take it away, or write the file with the table's type.",
                error)
            {
                Detail = DuckDbError.FirstLine(error),
            };
        }
    }

    // DuckDB alters no column of a table that has an index.
    // An index can't be made again under its name in the transaction that dropped it.
    private void Widen(List<Placement> widened)
    {
        var additions = Additions.Of(session, table, cancellationToken);
        if (additions.AllowNewTypes)
        {
            foreach (var column in widened)
            {
                session.Execute(
                    SqlText.Of($"ALTER TABLE {table.Name} ALTER COLUMN {column.Name} TYPE {column.Target.Sql} USING {Held(column)}"),
                    cancellationToken);
            }

            return;
        }

        if (additions.HaveGeneratedColumns)
        {
            throw new PermanentBatchException(
                $"{file}: column {widened[0].Column.Name} must become {widened[0].Target} in the table, which has an index or a "
                + "constraint and a generated column, and can't be made anew with it. Take one of them away, or write the file with the "
                + "table's type.");
        }

        var copy = LakeTable.Copy();
        var replaced = SqlText.Join(", ", widened.Select(p => SqlText.Of($"{Held(p)} AS {p.Name}")));
        session.Execute(SqlText.Of($"CREATE TABLE {copy.Name} AS SELECT * REPLACE ({replaced}) FROM {table.Name}"), cancellationToken);
        var lost = new Replacement(session, table, copy, additions, cancellationToken).Run();
        session.Execute(SqlText.Of($"DROP TABLE {copy.Name}"), cancellationToken);
        if (lost.Count > 0)
        {
            throw new PermanentBatchException(
                $"{file}: column {widened[0].Column.Name} must become {widened[0].Target} in the table. {string.Join(" ", lost)} "
                + "Take that away, or write the file with the table's type.");
        }
    }

    private SqlText Held(Placement column)
    {
        var mine = present[column.Present!.Key];
        return new Conversion(mine.Type, column.Target, OfTable: true).Of(SqlText.Identifier(mine.Name));
    }
}
