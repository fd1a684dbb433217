using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.Input.Types;
using OrleansBatch.Tests.Unit.Input;

namespace OrleansBatch.Tests.Unit.Delta;

// The list of docs/types.md is tried pair by pair: all listed pairs, and every sixteenth of the unlisted ones.
// With ORLEANSBATCH_TEST_ALL_PAIRS=1 all unlisted pairs are tried, too.
[Trait("Length", "Long")]
public sealed class TypePairsTests : IDisposable
{
    private static readonly IReadOnlyList<TypePair> _pairs = TypePairs.Read(sink: 1);

    private static readonly List<string> _files =
        [.. TypePairs.Read(sink: 0).SelectMany(p => new[] { p.Table, p.File }).Distinct().Except(TypePairs.OfTablesOnly)];

    private readonly DeltaFixture _fixture = new();

    public static TheoryData<string> Tables => [.. _files.Where(t => StorableType.Of(ColumnType.Parse(t)) == ColumnType.Parse(t))];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_table_takes_each_type_as_the_list_says(string table)
    {
        var pairs = _pairs.Where(p => p.Table == table).ToDictionary(p => p.File);
        var files = _files.Where((file, i) => pairs.ContainsKey(file) || file == table
            || TypePairs.IsTried(_files.IndexOf(table), i, oneOf: 16)).ToList();

        var results = await ResultsAsync(table, files);

        var expected = files.Select(file => $"{file}: " + (pairs.TryGetValue(file, out var pair)
            ? pair.Outcome.Replace(" by value", "", StringComparison.Ordinal).Split(", else ")[0]
            : file == table ? "fits" : "refused"));
        Assert.Equal(expected, files.Zip(results, (file, result) => $"{file}: {result}"));
    }

    // The outcome of a table's columns, one for each file: its new type, "fits" when the type is as before, or "refused".
    private async Task<List<string>> ResultsAsync(string table, List<string> files)
    {
        var value = $"CAST({TypePairs.Sample(table, table)} AS {table})";
        var columns = string.Join(", ", Enumerable.Range(0, files.Count).Select(i => $"{value} AS v{i}"));
        await _fixture.ApplyAsync(_fixture.BatchOf(1, $"SELECT {columns}"));
        var (refused, seq) = (new bool[files.Count], 1L);
        for (var i = 0; i < files.Count; i++)
        {
            refused[i] = await IsRefusedAsync(seq + 1, seq, $"SELECT CAST({TypePairs.Sample(files[i], table)} AS {files[i]}) AS v{i}");
            seq += refused[i] ? 0 : 1;
        }

        var snapshot = await _fixture.SnapshotAsync();
        return [.. files.Select((_, i) => Result(refused[i], snapshot.Schema.Fields[i], ColumnType.Parse(table)))];
    }

    private async Task<bool> IsRefusedAsync(long seq, long appliedSeq, string select)
    {
        try
        {
            await _fixture.ApplyAsync(_fixture.BatchOf(seq, select), appliedSeq);
            return false;
        }
        catch (PermanentBatchException error)
        {
            Assert.True(error.Message.Contains("without loss", StringComparison.Ordinal), error.Message);
            return true;
        }
    }

    private static string Result(bool refused, DeltaField field, ColumnType table)
    {
        var type = DeltaTypes.Read(field.Type)!;
        return type != table ? $"{type}".Replace("\"", "", StringComparison.Ordinal)
            : refused ? "refused" : "fits";
    }
}
