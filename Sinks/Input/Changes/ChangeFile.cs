using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Keys;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input.Changes;

// A file of change events. Every row is judged before any row is changed.
internal sealed record ChangeFile(IRowSource File, Cdc Rules, PrimaryKey Key, TableColumn Operation, TableColumn Sequence)
{
    // What is stored of a row: all but the operation.
    public IReadOnlyList<TableColumn> Stored { get; } = [.. File.Columns.Where(c => c != Operation)];

    public SqlText IsDelete => OperationWords.IsDelete(SqlText.Identifier(Operation.Name));

    public static ChangeFile Of(DuckDbSession session, IRowSource file, Batch batch, CancellationToken cancellationToken)
    {
        var rules = batch.Cdc ?? throw WithoutRules(batch);
        OwnColumns.Refuse(file, rules);
        var operation = Find(file, rules.Operation, "operation");
        var sequence = Find(file, rules.Sequence, "sequence");
        if (operation.Type is not (SimpleType { Kind: SimpleKind.Varchar } or NullType))
        {
            throw new PermanentBatchException(
                $"{file.Named}: the operation column {operation.Name} is {operation.Type}; write it as text: {OperationWords.Listed}.");
        }

        if (sequence.Type is not NullType)
        {
            RequireOrder(file, sequence, sequence.Type, "in the file");
        }

        RequireKnown(session, file, operation, sequence, cancellationToken);
        return new ChangeFile(file, rules, PrimaryKey.Of(session, file, batch, cancellationToken), operation, sequence);
    }

    private static PermanentBatchException WithoutRules(Batch batch) => new(
        $"{batch.Path}: run {batch.RunId} is cdc but does not say which columns tell what happened, and in which order; "
        + "enqueue the data as a new run with the option cdc.");

    // A table may hold the sequence in another type than the file.
    public void RequireOrderIn(ColumnType table) => RequireOrder(File, Sequence, table, "in the table");

    private static void RequireOrder(IRowSource file, TableColumn sequence, ColumnType type, string where)
    {
        if (!SequenceTypes.Contain(type))
        {
            throw new PermanentBatchException(
                $"{file.Named}: the sequence column {sequence.Name} is {type} {where}, by which changes can't be ordered; "
                + $"such are {SequenceTypes.Listed}.");
        }
    }

    private static TableColumn Find(IRowSource file, string name, string what) =>
        file.Columns.FirstOrDefault(c => c.Key == TableColumn.Fold(name)) ?? throw new PermanentBatchException(
            $"{file.Named} lacks the {what} column {name}; write the file with it, or start a run that names another.");

    private static void RequireKnown(
        DuckDbSession session, IRowSource file, TableColumn operation, TableColumn sequence, CancellationToken cancellationToken)
    {
        var (said, when) = (SqlText.Identifier(operation.Name), SqlText.Identifier(sequence.Name));
        var unknown = OperationWords.IsUnknown(operation.Type is NullType ? SqlText.Of($"{said}::VARCHAR") : said);
        var (words, example, nulls) = session.Rows(
            SqlText.Of($"""
                SELECT count(*) FILTER (WHERE {unknown}), first({said}) FILTER (WHERE {unknown} AND {said} IS NOT NULL),
                  count(*) FILTER (WHERE {when} IS NULL)
                FROM {file.Rows}
                """),
            r => (r.GetInt64(0), r.IsDBNull(1) ? null : $"{r.GetValue(1)}", r.GetInt64(2)),
            cancellationToken).Single();
        if (words > 0)
        {
            throw new PermanentBatchException(
                $"{file.Named}: the operation column {operation.Name} has {(example is null ? "NULL" : $"\"{example}\"")}, which says "
                + $"nothing that is known ({Count(words)} so). Known are {OperationWords.Listed}. Nothing was changed.");
        }

        if (nulls > 0)
        {
            throw new PermanentBatchException(
                $"{file.Named}: the sequence column {sequence.Name} has NULL in {Count(nulls)}, which can't be placed among the changes "
                + "of a key. Nothing was changed. Write the file with a sequence in each row.");
        }
    }

    private static string Count(long rows) => rows == 1 ? "1 row" : $"{rows} rows";
}
