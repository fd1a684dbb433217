using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Placing;

namespace OrleansBatch.Sinks.Delta.Columns;

// The columns of a table, as its log names them and as DuckDB reads them.
internal sealed class TableShape
{
    private TableShape(DeltaSchema schema, IReadOnlyList<TableColumn> columns)
    {
        Schema = schema;
        Columns = columns;
        Present = columns.ToDictionary(c => c.Key, StringComparer.Ordinal);
    }

    public static TableShape Empty { get; } = new(DeltaSchema.Empty, []);

    public DeltaSchema Schema { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    public IReadOnlyDictionary<string, TableColumn> Present { get; }

    public static TableShape Of(DeltaSchema schema, string address) => new(schema, [.. schema.Fields.Select(f => Read(f, address))]);

    // The shape once the columns of a file have their places: new columns at the end, others perhaps with a wider type.
    public TableShape With(IReadOnlyList<Placement> placements)
    {
        var changed = placements.Where(p => p.Alters).ToDictionary(p => p.Present?.Key ?? p.Column.Key, StringComparer.Ordinal);
        var kept = Schema.Fields.Select(f => changed.Remove(TableColumn.Fold(f.Name), out var placement)
            ? f with { Type = DeltaTypes.Of(placement.Target, f.Type) }
            : f).ToList();
        var added = placements.Where(p => changed.ContainsValue(p)).Select(p => new DeltaField(p.Column.Name, DeltaTypes.Of(p.Target)));
        var columns = Columns.Select(c => placements.FirstOrDefault(p => p.Present == c) is { } p ? c with { Type = p.Target } : c);
        return new TableShape(
            new DeltaSchema([.. kept, .. added]),
            [.. columns, .. placements.Where(p => p.Present is null).Select(p => new TableColumn(p.Column.Name, p.Target))]);
    }

    // What people wrote to a column that stays, such as its comment, stays with it.
    public TableShape WithMetadataOf(TableShape before) => new(
        new DeltaSchema(
        [
            .. Schema.Fields.Select(f => before.FieldOf(f.Name) is { } present ? f with { Metadata = present.Metadata } : f),
        ]),
        Columns);

    // A row of no values, so that columns that all files lack have their types all the same.
    public SqlText NoRows
    {
        get
        {
            var nulls = Columns.Select(c => SqlText.Of($"CAST(NULL AS {c.Type.Sql}) AS {SqlText.Identifier(c.Name)}"));
            return SqlText.Of($"(SELECT {SqlText.Join(", ", nulls)} WHERE false)");
        }
    }

    private DeltaField? FieldOf(string name) =>
        Schema.Fields.FirstOrDefault(f => TableColumn.Fold(f.Name) == TableColumn.Fold(name));

    private static TableColumn Read(DeltaField field, string address) => DeltaTypes.Read(field.Type) is { } type
        ? new TableColumn(field.Name, type)
        : throw new PermanentBatchException(
            $"The table {address} has column {field.Name} of type {field.Type.ToJson()}, which this sink does not write; have the group "
            + "loaded to a table of its own, or change the column's type.");
}
