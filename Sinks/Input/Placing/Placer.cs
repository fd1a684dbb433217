using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input.Placing;

// Decides where the columns of a file go by their types. Where types leave the choice open, the values of file and table decide.
internal sealed class Placer(
    DuckDbSession session,
    TargetRows table,
    IReadOnlyDictionary<string, TableColumn> present,
    IRowSource file,
    CancellationToken cancellationToken)
{
    public IReadOnlyList<Placement> Place()
    {
        var placements = file.Columns.ToDictionary(c => c.Key, PlaceByType, StringComparer.Ordinal);
        var open = file.Columns.Where(c => placements[c.Key] is null).ToList();
        Settle(open, placements, Empty(open));
        foreach (var preference in Enum.GetValues<Preference>())
        {
            Settle(open, placements, [.. open.Select(c => Try(c, Meeting.Of(c.Type, present[c.Key].Type, preference)))]);
        }

        return open.Count == 0 ? [.. file.Columns.Select(c => placements[c.Key]!)] : throw Refusal(open[0]);
    }

    private Placement? PlaceByType(TableColumn column) => !present.TryGetValue(column.Key, out var mine)
        ? new Placement(column, null, Meeting.Stored(column.Type))
        : Lattice.Holds(mine.Type, column.Type) ? new Placement(column, mine, mine.Type) : null;

    private static void Settle(List<TableColumn> open, Dictionary<string, Placement?> placements, IReadOnlyList<Attempt> attempts)
    {
        foreach (var attempt in attempts.Where(a => a.Fits))
        {
            placements[attempt.Placement.Column.Key] = attempt.Placement;
            open.Remove(attempt.Placement.Column);
        }
    }

    // A column with nothing but nulls goes into the table's column as it is.
    private List<Attempt> Empty(List<TableColumn> open)
    {
        var empty = All(file.Rows, [.. open.Select(c => SqlText.Of($"{SqlText.Identifier(c.Name)} IS NULL"))]);
        return [.. open.Select((c, i) => new Attempt(new Placement(c, present[c.Key], present[c.Key].Type), empty[i]))];
    }

    private Attempt Try(TableColumn column, ColumnType target)
    {
        var mine = present[column.Key];
        var brought = new Conversion(column.Type, target, OfTable: false).IsLossless(SqlText.Identifier(column.Name));
        var held = new Conversion(mine.Type, target, OfTable: true).IsLossless(SqlText.Identifier(mine.Name));
        return new Attempt(new Placement(column, mine, target), HoldsFor(file.Rows, brought) && HoldsFor(table.Rows, held));
    }

    private bool HoldsFor(SqlText rows, SqlText? condition) => condition is null || All(rows, [condition])[0];

    private List<bool> All(SqlText rows, IReadOnlyList<SqlText> conditions) => conditions.Count == 0
        ? []
        : session.Rows(
            SqlText.Of($"SELECT {SqlText.Join(", ", conditions.Select(c => SqlText.Of($"coalesce(bool_and({c}), true)")))} FROM {rows}"),
            row => Enumerable.Range(0, conditions.Count).Select(row.GetBoolean).ToList(),
            cancellationToken).Single();

    private PermanentBatchException Refusal(TableColumn column) => new(
        $"{file.Named}: column {column.Name} is {column.Type} in the file but {present[column.Key].Type} in the table, and can't be stored "
        + $"there without loss; {table.WhatToDoAboutTypes}.");

    private sealed record Attempt(Placement Placement, bool Fits);
}
