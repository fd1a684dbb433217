using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Input;

// The list of docs/types.md: what becomes of a table's column when a file brings another type.
internal static class TypePairs
{
    // Types that no Parquet file brings.
    public static readonly string[] OfTablesOnly = ["HUGEINT", "ENUM('a', 'b')", "INTEGER[2]", "BIT", "GEOMETRY"];

    private static readonly bool _all = Environment.GetEnvironmentVariable("ORLEANSBATCH_TEST_ALL_PAIRS") == "1";

    // The sink is the list's column: 0 for duckdb, 1 for delta. A pair that the sink's column says nothing of is left out.
    public static IReadOnlyList<TypePair> Read(int sink) =>
    [
        .. from line in File.ReadLines(Path.Combine(Repository.Root, "docs", "types.md"))
           let cells = line.Split('|', StringSplitOptions.TrimEntries)
           where cells.Length == 7 && cells[1].Length > 0 && char.IsAsciiLetterUpper(cells[1][0]) && cells[3 + sink].Length > 0
           from table in Listed(cells[1])
           from file in cells[2] == "the same" ? [table] : Listed(cells[2])
           select new TypePair(table, file, cells[3 + sink] == "the file's" ? file : cells[3 + sink]),
    ];

    // One of so many unlisted pairs is tried: to try all of them would take a tenth of the suite.
    public static bool IsTried(int table, int file, int oneOf) => _all || (table + file) % oneOf == 0;

    public static string Sample(string type, string table) => type switch
    {
        "VARCHAR" when table is "JSON" or "UUID" or "ENUM('a', 'b')" => $"CAST(CAST({Sample(table, table)} AS {table}) AS VARCHAR)",
        "VARCHAR" or "BLOB" => "'x'",
        "BOOLEAN" => "true",
        "JSON" => "'{}'",
        "BIT" => "'101'",
        "UUID" => "'0190a1b2-0000-7000-8000-000000000001'",
        "ENUM('a', 'b')" => "'a'",
        "INTERVAL" => "INTERVAL 1 DAY",
        "VARIANT" => "42",
        "TIME" or "TIME_NS" or "TIME WITH TIME ZONE" => "'10:11:12'",
        "DATE" => "DATE '2001-02-03'",
        _ when type.StartsWith("TIMESTAMP", StringComparison.Ordinal) => "'2001-02-03 00:00:00'",
        _ when type.StartsWith("GEOMETRY", StringComparison.Ordinal) => "'POINT(1 2)'",
        _ when type.EndsWith(']') => "[1, 2]",
        "STRUCT(a INTEGER, b VARCHAR)" => "{'a': 1, 'b': 'x'}",
        "STRUCT(b VARCHAR, a SMALLINT)" => "{'b': 'x', 'a': 1}",
        "STRUCT(a INTEGER)" => "{'a': 1}",
        "STRUCT(a BIGINT, c DATE)" => "{'a': 1, 'c': DATE '2001-02-03'}",
        _ when type.StartsWith("STRUCT", StringComparison.Ordinal) => "{'a': 1, 'b': 'x', 'c': DATE '2001-02-03'}",
        _ when type.StartsWith("MAP", StringComparison.Ordinal) => "MAP {'k': 1}",
        _ => "1",
    };

    // Splits at the commas outside of parentheses.
    private static IEnumerable<string> Listed(string types)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i < types.Length; i++)
        {
            depth += types[i] is '(' ? 1 : types[i] is ')' ? -1 : 0;
            if (types[i] == ',' && depth == 0)
            {
                yield return types[start..i].Trim();
                start = i + 1;
            }
        }

        yield return types[start..].Trim();
    }
}
