using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Changes;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.DuckDb;

// Applies a batch of change events. All tables are made ready first: DuckDB alters none whose rows were changed before.
internal sealed class ChangeWriter(
    LakeFileSession lake, ChangeFile file, GroupKey group, long rowCount, CancellationToken cancellationToken)
{
    private readonly LakeTable _table = LakeTable.OfGroup(group);
    private readonly LakeTable _history = LakeTable.HistoryOf(group);

    private bool IsSoft => file.Rules.Deletes == DeleteRule.Soft;

    // Returns null, with no row changed, when a table would have to be altered and may not be.
    public BatchResult? TryApply(bool mayAlter)
    {
        RefuseOtherKeys();
        var rows = Rows();
        if (_table.TryMakeRoom(lake, rows, mayAlter, cancellationToken) is not { } placements)
        {
            return null;
        }

        var result = new BatchResult { RowsApplied = rowCount, RowsReplaced = 0 };
        if (file.Sequence.Type is NullType)
        {
            // Only a file without rows gets here with a sequence that has no type.
            return result;
        }

        file.RequireOrderIn(placements.Single(p => p.Column.Key == file.Sequence.Key).Target);
        var taken = new[] { _table, _history }.SelectMany(ColumnsOf).Concat(rows.Columns.Select(c => c.Key));
        var changes = new PlacedChanges(file, _table, placements, taken);
        changes.Stage(lake.Session, cancellationToken);
        var tombstones = LakeTable.Tombstones;
        if (tombstones.TryMakeRoom(lake, changes.Keyed, mayAlter, cancellationToken) is null || !TryPrepareHistory(changes, mayAlter))
        {
            return null;
        }

        var decision = new ChangeDecision(changes);
        decision.Make(lake.Session, changes.KeysIn(tombstones), cancellationToken);
        _table.ReadyForDelete(lake, placements, rows.Rows, cancellationToken);
        var step = new RowChanges(lake.Session, changes, decision.Rows, file.Rules.Deletes, cancellationToken);
        var replaced = step.Apply();
        step.Bury(changes.KeysIn(tombstones));
        if (file.Rules.History)
        {
            var versions = _history.TryMakeRoom(lake, changes.Versions, mayAlter: false, cancellationToken)!;
            new ChangeHistory(lake.Session, changes, cancellationToken).Apply(_history, versions, changes.KeysIn(LakeTable.Deletions));
        }

        return result with { RowsReplaced = replaced };
    }

    private bool TryPrepareHistory(PlacedChanges changes, bool mayAlter)
    {
        if (!file.Rules.History)
        {
            return true;
        }

        // A history that people took away begins anew, and perhaps with smaller sequences: deletes of before would end its versions.
        if (mayAlter && lake.Shapes.Find(lake.Session, _history, cancellationToken) is null)
        {
            lake.Session.Execute(SqlText.Of($"DROP TABLE IF EXISTS {LakeTable.Deletions.Name}"), cancellationToken);
            lake.Shapes.Forget();
        }

        return LakeTable.Deletions.TryMakeRoom(lake, changes.Keyed, mayAlter, cancellationToken) is not null
            && _history.TryMakeRoom(lake, changes.Versions, mayAlter, cancellationToken) is not null;
    }

    // With soft deletes the table has one column more than the file.
    private DerivedRows Rows() => IsSoft
        ? new DerivedRows(
            file.File.Named,
            SqlText.Of($"(SELECT *, false AS {SqlText.Identifier(OwnColumns.Deleted)} FROM {file.File.Rows})"),
            [.. file.Stored, new TableColumn(OwnColumns.Deleted, new SimpleType(SimpleKind.Boolean))])
        : new DerivedRows(file.File.Named, file.File.Rows, file.Stored);

    // A row that is gone is known by its key and sequence alone. Under another key such a row would be taken for one that never was.
    private void RefuseOtherKeys()
    {
        var known = lake.Shapes.Find(lake.Session, LakeTable.Tombstones, cancellationToken);
        var named = file.Key.Columns.Append(file.Sequence).ToList();
        if (known is not null && !known.Keys.ToHashSet().SetEquals(named.Select(c => c.Key)))
        {
            throw new PermanentBatchException(
                $"{file.File.Named}: the run knows rows by {Names(named)}, but earlier changes of the table were known by "
                + $"{Names(known.Values)} (primary key, sequence). Name these, or replace the table by a full refresh first.");
        }
    }

    private static string Names(IEnumerable<TableColumn> columns) => string.Join(", ", columns.Select(c => c.Name));

    private IEnumerable<string> ColumnsOf(LakeTable table) => lake.Shapes.Find(lake.Session, table, cancellationToken)?.Keys ?? [];
}
