using OrleansBatch.Tests.Support;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Tests.Unit.DuckDb;

// The list of docs/types.md is tried pair by pair: all listed pairs, and every eighth of the unlisted ones.
// With ORLEANSBATCH_TEST_ALL_PAIRS=1 all unlisted pairs are tried, too.
public sealed class TypePairsTests : IDisposable
{
    // Types that no Parquet file brings.
    private static readonly string[] _ofTablesOnly = ["HUGEINT", "ENUM('a', 'b')", "INTEGER[2]", "BIT", "GEOMETRY"];

    private static readonly List<Pair> _pairs = [.. Read()];
    private static readonly bool _all = Environment.GetEnvironmentVariable("ORLEANSBATCH_TEST_ALL_PAIRS") == "1";
    private static readonly List<string> _types = [.. _pairs.SelectMany(p => new[] { p.Table, p.File }).Distinct()];

    private readonly SinkFixture _fixture = new();
    private readonly Dictionary<string, string> _files = [];

    public static TheoryData<string> Types => [.. _types];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_table_takes_each_type_as_the_list_says(string table)
    {
        var pairs = _pairs.Where(p => p.Table == table).ToDictionary(p => p.File);
        var files = _types.Except(_ofTablesOnly).Where((file, i) => pairs.ContainsKey(file) || file == table || IsTried(table, i)).ToList();

        var results = await ResultsAsync(table, [.. files.Select(file => (file, Sample(file, table)))]);

        var expected = files.Select(file => $"{file}: " + (pairs.TryGetValue(file, out var pair)
            ? pair.Outcome.Replace(" by value", "", StringComparison.Ordinal).Split(", else ")[0]
            : file == table ? "fits" : "refused"));
        Assert.Equal(expected, files.Zip(results, (file, result) => $"{file}: {result}"));
    }

    // Each eighth unlisted pair is tried. A refusal has the file opened anew, and trying half of the pairs took a tenth of the suite.
    private static bool IsTried(string table, int file) => _all || (_types.IndexOf(table) + file) % 8 == 0;

    [Fact]
    public async Task What_no_value_fits_into_as_it_is_becomes_what_stands_after_else()
    {
        foreach (var pair in _pairs.Where(p => p.Outcome.EndsWith("else VARCHAR", StringComparison.Ordinal)))
        {
            Assert.Equal(["VARCHAR"], await ResultsAsync(pair.Table, [(pair.File, "'no such value'")]));
        }

        Assert.Equal(["INTEGER[]"], await ResultsAsync("INTEGER[2]", [("INTEGER[]", "[1, 2, 3]")]));
    }

    // The outcome of a table's columns, one for each file: its new type, "fits" when the type is as before, or "refused".
    private async Task<List<string>> ResultsAsync(string table, IReadOnlyList<(string Type, string Value)> files)
    {
        _fixture.Group = new GroupKey(_fixture.Group.TeamId + 1, "flights");
        _fixture.Run = Guid.NewGuid();
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        var value = $"CAST({Sample(table, table)} AS {table})";
        var columns = string.Join(", ", Enumerable.Range(0, files.Count).Select(i => $"{value} AS v{i}"));
        await _fixture.ByHandAsync(
            StorageFormat.NeedsNewer(ColumnType.Parse(table)), $"CREATE OR REPLACE TABLE flights AS SELECT {columns}");
        var refused = new bool[files.Count];
        for (var i = 0; i < files.Count; i++)
        {
            refused[i] = await IsRefusedAsync(i + 2, $"SELECT CAST({files[i].Value} AS {files[i].Type}) AS v{i}");
        }

        var types = (await _fixture.RowsAsync("SELECT column_type || '~' FROM (DESCRIBE flights)"))
            .Split('~', StringSplitOptions.TrimEntries);
        var counts = (await _fixture.RowsAsync("SELECT count(COLUMNS(*)) FROM flights")).Split(',');
        return [.. files.Select((_, i) => Result(refused[i], counts[i], ColumnType.Parse(types[i]), ColumnType.Parse(table)))];
    }

    private async Task<bool> IsRefusedAsync(long seq, string select)
    {
        if (!_files.TryGetValue(select, out var path))
        {
            path = _files[select] = _fixture.Parquet.Write($"{_files.Count}.parquet", select);
        }

        try
        {
            await _fixture.ApplyAsync(_fixture.Batch(seq, path), appliedSeq: 1);
            return false;
        }
        catch (PermanentBatchException error)
        {
            Assert.Contains("can't be stored there without loss", error.Message, StringComparison.Ordinal);
            return true;
        }
    }

    private static string Result(bool refused, string values, ColumnType type, ColumnType table) =>
        values != (refused ? "1" : "2") ? $"{values} values"
        : type != table ? $"{type}".Replace("\"", "", StringComparison.Ordinal)
        : refused ? "refused" : "fits";

    private static string Sample(string type, string table) => type switch
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

    private static IEnumerable<Pair> Read() =>
        from line in File.ReadLines(Path.Combine(Repository.Root, "docs", "types.md"))
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length == 7 && cells[1].Length > 0 && char.IsAsciiLetterUpper(cells[1][0])
        from table in Listed(cells[1])
        from file in cells[2] == "the same" ? [table] : Listed(cells[2])
        select new Pair(table, file, cells[3] == "the file's" ? file : cells[3]);

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

    private sealed record Pair(string Table, string File, string Outcome);
}
