using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DuckDb;

// A table, with the columns in it that hold key and sequence.
internal sealed record KeyedRows(SqlText Name, IReadOnlyList<SqlText> Keys, SqlText Sequence)
{
    public SqlText KeyList => SqlText.Join(", ", Keys);

    // With = DuckDB may filter one side by statistics of the other. Such statistics may be wrong for a file's values.
    public SqlText Matches(SqlText mine, KeyedRows other, SqlText his) => SqlText.Join(
        " AND ", Keys.Zip(other.Keys, (my, their) => SqlText.Of($"{mine}.{my} IS NOT DISTINCT FROM {his}.{their}")));

    // The names under which another table has its key and sequence, for the rows of this one.
    public SqlText SelectedAs(KeyedRows other) => SqlText.Join(
        ", ", Keys.Append(Sequence).Zip(other.Keys.Append(other.Sequence), (my, their) => SqlText.Of($"{my} AS {their}")));
}
