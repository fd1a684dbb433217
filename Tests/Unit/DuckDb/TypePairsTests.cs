using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Sinks.Input.Types;
using OrleansBatch.Tests.Unit.Input;

namespace OrleansBatch.Tests.Unit.DuckDb;

// The list of docs/types.md is tried pair by pair: all listed pairs, and every eighth of the unlisted ones.
// With ORLEANSBATCH_TEST_ALL_PAIRS=1 all unlisted pairs are tried, too.
[Trait("Length", "Long")]
public sealed class TypePairsTests : IDisposable
{
    private static readonly IReadOnlyList<TypePair> _pairs = TypePairs.Read(sink: 0);
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
        var files = _types.Except(TypePairs.OfTablesOnly)
            .Where((file, i) => pairs.ContainsKey(file) || file == table || TypePairs.IsTried(_types.IndexOf(table), i, oneOf: 8)).ToList();

        var results = await ResultsAsync(table, [.. files.Select(file => (file, TypePairs.Sample(file, table)))]);

        var expected = files.Select(file => $"{file}: " + (pairs.TryGetValue(file, out var pair)
            ? pair.Outcome.Replace(" by value", "", StringComparison.Ordinal).Split(", else ")[0]
            : file == table ? "fits" : "refused"));
        Assert.Equal(expected, files.Zip(results, (file, result) => $"{file}: {result}"));
    }

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
        var value = $"CAST({TypePairs.Sample(table, table)} AS {table})";
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
}
