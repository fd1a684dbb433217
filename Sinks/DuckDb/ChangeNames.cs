using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DuckDb;

// The columns of the statements' own tables. No column of a file or of a table has one of these names.
internal sealed class ChangeNames
{
    public ChangeNames(IEnumerable<string> taken, int keys)
    {
        var names = new FreeNames(taken);
        (Place, IsDelete, IsUnkeyed, Sequence, Known, Highest) =
            (names.Next(), names.Next(), names.Next(), names.Next(), names.Next(), names.Next());
        (Last, EndsDeleted, Kept, Following, Mine, His) =
            (names.Next(), names.Next(), names.Next(), names.Next(), names.Next(), names.Next());
        Keys = [.. Enumerable.Range(0, keys).Select(_ => names.Next())];
    }

    // The place of a change in its file, from 1.
    public SqlText Place { get; }

    public SqlText IsDelete { get; }

    // True for a row with a null in its key, which the run keeps.
    public SqlText IsUnkeyed { get; }

    public SqlText Sequence { get; }

    // The sequence that the table knows for a key.
    public SqlText Known { get; }

    public SqlText Highest { get; }

    // The place of the change that decides.
    public SqlText Last { get; }

    public SqlText EndsDeleted { get; }

    // The place of the row whose values stand at the end; null when none of the file's rows has them.
    public SqlText Kept { get; }

    public SqlText Following { get; }

    public SqlText Mine { get; }

    public SqlText His { get; }

    public IReadOnlyList<SqlText> Keys { get; }

    public KeyedRows In(SqlText table) => new(table, Keys, Sequence);
}
