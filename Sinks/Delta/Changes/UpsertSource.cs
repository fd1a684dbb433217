using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Keys;

namespace OrleansBatch.Sinks.Delta.Changes;

// The rows of an upsert in a temporary table, one for each key, in the table's types.
internal sealed class UpsertSource(DuckDbSession session, SqlText name, BatchFile file, PrimaryKey key, TableShape shape)
{
    // The keys by the names and types that the table has for them.
    public IReadOnlyList<TableColumn> Keys { get; } = [.. key.Columns.Select(c => shape.Present[c.Key])];

    public SqlText Rows => SqlText.Of($"SELECT * FROM {name}");

    // Rows that match nothing are no part of the question: a null in a key has no equal.
    public SqlText Matching => key.KeepsNulls ? SqlText.Of($"(SELECT * FROM {name} WHERE NOT {HasNull})") : name;

    private SqlText HasNull => (key with { Columns = Keys }).HasNull;

    // Answers the number of rows.
    public long Load(CancellationToken cancellationToken)
    {
        var names = new FreeNames(shape.Columns.Select(c => c.Name));
        session.Execute(
            SqlText.Of($"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {file.Selected} FROM {key.LastRows(file.Rows, names.Next())}"),
            cancellationToken);
        return session.Number(SqlText.Of($"SELECT count(*) FROM {name}"), cancellationToken);
    }

    // The session serves other groups afterwards.
    public void Drop() => session.Execute(SqlText.Of($"DROP TABLE {name}"));

    // The rows of the table that no row of the batch replaces.
    public SqlText Without(SqlText rows)
    {
        var (mine, his) = Names();
        return SqlText.Of($"SELECT {mine}.* FROM {rows} AS {mine} ANTI JOIN {Matching} AS {his} ON {On(mine, his)}");
    }

    // No key to match is null, so that plain equality will do. DuckDB takes such keys' bounds to the files that are read.
    public SqlText On(SqlText mine, SqlText his) => SqlText.Join(
        " AND ",
        Keys.Select(k => SqlText.Of($"{mine}.{SqlText.Identifier(k.Name)} = {his}.{SqlText.Identifier(k.Name)}")));

    // A name before a dot means a column of that name, if there is one.
    public (SqlText Mine, SqlText His) Names()
    {
        var names = new FreeNames(shape.Columns.Select(c => c.Name));
        return (names.Next(), names.Next());
    }
}
