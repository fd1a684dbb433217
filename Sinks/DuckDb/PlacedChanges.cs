using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Changes;
using OrleansBatch.Sinks.Input.Placing;

namespace OrleansBatch.Sinks.DuckDb;

// The changes of a file in the types of the table, numbered in the file's order.
// Keys and sequences are copied once. Everything that is decided by them then reads no file and no whole row.
internal sealed class PlacedChanges
{
    private readonly ChangeFile _file;
    private readonly IReadOnlyList<Placement> _stored;

    public PlacedChanges(ChangeFile file, LakeTable table, IReadOnlyList<Placement> placements, IEnumerable<string> taken)
    {
        _file = file;
        _stored = [.. placements.Where(p => p.Column.Key != OwnColumns.Deleted)];
        Names = new ChangeNames(taken, file.Key.Columns.Count);
        Columns = [.. _stored.Select(p => new TableColumn(p.Present?.Name ?? p.Column.Name, p.Target))];
        Table = KeysIn(table);
    }

    public ChangeNames Names { get; }

    // What is stored of a row, by the table's names.
    public IReadOnlyList<TableColumn> Columns { get; }

    // The group's table.
    public KeyedRows Table { get; }

    public KeyedRows Staged => Names.In(SqlText.Of($"temp.main.change"));

    public TableColumn Sequence => ColumnOf(_file.Sequence);

    // The file's rows with place and operation.
    public SqlText Rows
    {
        get
        {
            var unkeyed = _file.Key.KeepsNulls ? _file.Key.HasNull : SqlText.Of($"false");
            var selected = SqlText.Join(", ", _stored.Select(p => p.Selected));
            return SqlText.Of($"""
                (SELECT {Names.Place}, {_file.IsDelete} AS {Names.IsDelete}, {unkeyed} AS {Names.IsUnkeyed}, {selected}
                FROM (SELECT *, row_number() OVER () AS {Names.Place} FROM {_file.File.Rows}))
                """);
        }
    }

    // Key and sequence alone, as the sink's own tables have them.
    public IRowSource Keyed => new DerivedRows(
        _file.File.Named,
        SqlText.Of($"(SELECT {Staged.SelectedAs(Table)} FROM {Staged.Name})"),
        [.. _file.Key.Columns.Select(ColumnOf), Sequence]);

    // Whole rows with the sequence at which each begins to be valid.
    public IRowSource Versions => new DerivedRows(
        _file.File.Named,
        SqlText.Of($"(SELECT *, {Table.Sequence} AS {ValidFrom}, {Table.Sequence} AS {ValidTo} FROM {Rows})"),
        [.. Columns, new TableColumn(OwnColumns.ValidFrom, Sequence.Type), new TableColumn(OwnColumns.ValidTo, Sequence.Type)]);

    private static SqlText ValidFrom => SqlText.Identifier(OwnColumns.ValidFrom);

    private static SqlText ValidTo => SqlText.Identifier(OwnColumns.ValidTo);

    // Another table with the same keys.
    public KeyedRows KeysIn(LakeTable table) => new(
        table.Name,
        [.. _file.Key.Columns.Select(k => SqlText.Identifier(ColumnOf(k).Name))],
        SqlText.Identifier(Sequence.Name));

    public void Stage(DuckDbSession session, CancellationToken cancellationToken) => session.Execute(
        SqlText.Of($"""
            CREATE OR REPLACE TEMP TABLE change AS
            SELECT {Names.Place}, {Names.IsDelete}, {Table.SelectedAs(Staged)} FROM {Rows} WHERE NOT {Names.IsUnkeyed}
            """),
        cancellationToken);

    private TableColumn ColumnOf(TableColumn ofFile) => Columns.Single(c => c.Key == ofFile.Key);
}
