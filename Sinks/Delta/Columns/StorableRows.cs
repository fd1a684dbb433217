using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Delta.Columns;

// A file's rows in types that a Delta table can have.
internal sealed class StorableRows : IRowSource
{
    private StorableRows(InputFile file, SqlText rows, IReadOnlyList<TableColumn> columns, long valuesRounded)
    {
        Named = file.Named;
        Rows = rows;
        Columns = columns;
        ValuesRounded = valuesRounded;
    }

    public string Named { get; }

    public SqlText Rows { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    // The values that lose digits on their way into the table, which the run accepts.
    public long ValuesRounded { get; }

    public static StorableRows Of(DuckDbSession session, InputFile file, Batch batch, CancellationToken cancellationToken)
    {
        ColumnNames.Check(file.Named, file.Columns);
        var columns = file.Columns.Select(c => new Stored(c, TypeOf(file, c))).ToList();
        if (columns.TrueForAll(c => c.Column.Type == c.Type))
        {
            return new StorableRows(file, file.Rows, file.Columns, file.ValuesRounded);
        }

        var rounded = columns.Where(c => c.IsLossless is not null).Sum(c => CountLosses(session, file, batch, c, cancellationToken));
        return new StorableRows(
            file,
            SqlText.Of($"(SELECT {SqlText.Join(", ", columns.Select(c => c.Selected))} FROM {file.Rows})"),
            [.. columns.Select(c => new TableColumn(c.Column.Name, c.Type))],
            file.ValuesRounded + rounded);
    }

    private static ColumnType TypeOf(InputFile file, TableColumn column) => StorableType.Of(column.Type)
        ?? throw new PermanentBatchException(
            $"{file.Named}: column {column.Name} is {column.Type}, and no type of a Delta table holds that without loss; write it as text "
            + "or binary under a new name, and enqueue that.");

    private static long CountLosses(
        DuckDbSession session, InputFile file, Batch batch, Stored column, CancellationToken cancellationToken)
    {
        var name = SqlText.Identifier(column.Column.Name);
        var losses = session.Number(
            SqlText.Of($"SELECT count(*) FROM {file.Rows} WHERE NOT {column.IsLossless!}"), cancellationToken);
        if (losses == 0)
        {
            return 0;
        }

        var isKey = batch.PrimaryKeys.Any(k => TableColumn.Fold(k) == column.Column.Key);
        if (batch.Lossy == LossRule.Round && !isKey)
        {
            return losses;
        }

        var first = session.Rows(
            SqlText.Of($"SELECT CAST({name} AS VARCHAR) FROM {file.Rows} WHERE NOT {column.IsLossless!} LIMIT 1"),
            r => r.GetString(0),
            cancellationToken).Single();
        throw new PermanentBatchException(
            $"{file.Named}: column {column.Column.Name} has {first}, and no digit below the microsecond can be stored in a Delta table"
            + (isKey
                ? "; a primary key is never rounded: write it in microseconds."
                : "; write it in microseconds, or accept the loss for the whole run: load --lossy round."));
    }

    private sealed record Stored(TableColumn Column, ColumnType Type)
    {
        private Conversion Conversion { get; } = new(Column.Type, Type, OfTable: false);

        // Only times of nanoseconds may lose something: everything else becomes text, or a wider number.
        public SqlText? IsLossless { get; } =
            new Conversion(Column.Type, InMicroseconds(Column.Type), OfTable: false).IsLossless(SqlText.Identifier(Column.Name));

        public SqlText Selected
        {
            get
            {
                var name = SqlText.Identifier(Column.Name);
                return SqlText.Of($"{(Column.Type == Type ? name : Conversion.Of(name))} AS {name}");
            }
        }

        private static ColumnType InMicroseconds(ColumnType type) => type switch
        {
            SimpleType { Kind: SimpleKind.TimestampNanos } => new SimpleType(SimpleKind.Timestamp),
            ListType list => new ListType(InMicroseconds(list.Element)),
            MapType map => new MapType(InMicroseconds(map.Key), InMicroseconds(map.Value)),
            StructType parts => new StructType([.. parts.Fields.Select(f => f with { Type = InMicroseconds(f.Type) })]),
            _ => type,
        };
    }
}
