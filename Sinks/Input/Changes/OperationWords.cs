using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input.Changes;

// The words of the operation column, in any case of the letters A to Z: those of Debezium, of AWS DMS, and whole words.
// A row that is read, as in a snapshot, is as it is now: the same as one that is inserted or updated.
internal static class OperationWords
{
    public const string Listed = "c, r, i, u, create, read, insert, update, upsert, d and delete";

    private static readonly SqlText _present = Quoted("c", "r", "i", "u", "create", "read", "insert", "update", "upsert");
    private static readonly SqlText _gone = Quoted("d", "delete");

    public static SqlText IsDelete(SqlText column) => SqlText.Of($"(lower({column}) IN ({_gone}))");

    public static SqlText IsUnknown(SqlText column) =>
        SqlText.Of($"({column} IS NULL OR lower({column}) NOT IN ({_present}, {_gone}))");

    private static SqlText Quoted(params IEnumerable<string> words) => SqlText.Join(", ", words.Select(SqlText.Literal));
}
