using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// A table in a group's file: the rows that people read, or the stage of a full refresh.
internal sealed record LakeTable(string Schema, string Table)
{
    public SqlText Name => SqlText.Of($"lake.{SqlText.Identifier(Schema)}.{SqlText.Identifier(Table)}");

    public static LakeTable OfGroup(GroupKey group) => new("main", group.SchemaId);

    public static LakeTable StageOf(Guid originRunId) => new("orleans_batch", $"stage_{originRunId:N}");

    public bool Exists(DuckDbSession session, CancellationToken cancellationToken) =>
        session.Number(SinkQueries.FindTable, cancellationToken, Schema, Table) > 0;

    // Makes the table able to take every row of the file: creates it, or adds the columns it lacks, if it may be altered.
    public bool TryMakeRoom(
        DuckDbSession session, TableShapes shapes, InputFile file, bool mayAlter, CancellationToken cancellationToken)
    {
        if (shapes.Find(session, this, cancellationToken) is not { } present)
        {
            session.Execute(SqlText.Of($"CREATE TABLE {Name} AS SELECT * FROM {file.Rows} LIMIT 0"), cancellationToken);
            return true;
        }

        foreach (var column in file.Columns)
        {
            if (!present.TryGetValue(column.Key, out var mine))
            {
                if (!mayAlter)
                {
                    return false;
                }

                var type = column.Type.Sql;
                session.Execute(
                    SqlText.Of($"ALTER TABLE {Name} ADD COLUMN {SqlText.Identifier(column.Name)} {type}"), cancellationToken);
                shapes.Forget();
            }
            else if (!Widening.Fits($"{column.Type}", $"{mine.Type}"))
            {
                throw new PermanentBatchException(
                    $"{file.Named}: column {column.Name} is {column.Type} in the file but {mine.Type} in the table, and can't be stored "
                    + "there without loss; write the file with the table's type, or replace the table by a full refresh.");
            }
        }

        return true;
    }

    public long Append(DuckDbSession session, InputFile file, CancellationToken cancellationToken) =>
        session.Execute(SqlText.Of($"INSERT INTO {Name} BY NAME SELECT * FROM {file.Rows}"), cancellationToken);
}
