namespace OrleansBatch.Sinks.DuckDb;

// Which types can be stored in a column of another type without losing anything.
internal static class Widening
{
    private static readonly Dictionary<string, string[]> _wider = new(StringComparer.Ordinal)
    {
        ["TINYINT"] = ["SMALLINT", "INTEGER", "BIGINT", "HUGEINT"],
        ["SMALLINT"] = ["INTEGER", "BIGINT", "HUGEINT"],
        ["INTEGER"] = ["BIGINT", "HUGEINT"],
        ["BIGINT"] = ["HUGEINT"],
        ["UTINYINT"] = ["USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"],
        ["USMALLINT"] = ["UINTEGER", "UBIGINT", "UHUGEINT", "INTEGER", "BIGINT", "HUGEINT"],
        ["UINTEGER"] = ["UBIGINT", "UHUGEINT", "BIGINT", "HUGEINT"],
        ["UBIGINT"] = ["UHUGEINT", "HUGEINT"],
        ["FLOAT"] = ["DOUBLE"],
    };

    public static bool Fits(string fileType, string tableType) =>
        fileType == tableType || (_wider.TryGetValue(fileType, out var wider) && wider.Contains(tableType, StringComparer.Ordinal));
}
