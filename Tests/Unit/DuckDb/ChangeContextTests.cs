using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Unit.DuckDb;

// A change of a column's type has one outcome, whichever way its file comes. Only a full refresh in a run of its own replaces the column.
[Trait("Length", "Long")]
public sealed class ChangeContextTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    // The type after the second file, by the first file's type.
    public static TheoryData<string, string, string?> Changes => new()
    {
        { "1::TINYINT", "300::SMALLINT", "SMALLINT" },
        { "1::INTEGER", "5000000000::BIGINT", "BIGINT" },
        { "5000000000::BIGINT", "1::INTEGER", "BIGINT" },
        { "1::UTINYINT", "-1::TINYINT", "SMALLINT" },
        { "1::UBIGINT", "-1::BIGINT", "HUGEINT" },
        { "1::INTEGER", "2.5::DOUBLE", "DOUBLE" },
        { "1::INTEGER", "2.5::DECIMAL(9,2)", "DECIMAL(12,2)" },
        { "1.5::DECIMAL(10,2)", "2.5::DECIMAL(18,4)", "DECIMAL(18,4)" },
        { "2.5::DECIMAL(18,4)", "1.5::DECIMAL(10,2)", "DECIMAL(18,4)" },
        { "1.5::FLOAT", "2.1::DOUBLE", "DOUBLE" },
        { "DATE '2026-01-01'", "TIMESTAMP '2026-01-02 03:04:05'", "TIMESTAMP" },
        { "'2026-01-01'::TIMESTAMP_NS", "TIMESTAMP '2026-01-02 03:04:05'", "TIMESTAMP_NS" },
        { "[1]::INTEGER[]", "[5000000000]", "BIGINT[]" },
        { "{'a': 1}", "{'a': 5000000000, 'b': 'x'}", "STRUCT(a BIGINT, b VARCHAR)" },
        { "{'a': 1, 'b': 'x'}", "{'a': 2}", "STRUCT(a INTEGER, b VARCHAR)" },
        { "MAP {'k': 1}", "MAP {'k': 5000000000}", "MAP(VARCHAR, BIGINT)" },
        { "NULL::INTEGER", "'x'", "VARCHAR" },
        { "1", "NULL::VARCHAR", "INTEGER" },
        { "1", "'x'", null },
        { "true", "1", null },
        { "TIMESTAMP '2026-01-01 00:00:00'", "TIMESTAMPTZ '2026-01-01 00:00:00+00'", null },
        { "9007199254740993::BIGINT", "2.5::DOUBLE", null },
    };

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_of_type_has_one_outcome_in_each_kind_of_run(string first, string second, string? type)
    {
        foreach (var kind in new[] { SyncType.Append, SyncType.Incremental, SyncType.FullRefresh })
        {
            foreach (var inOneRun in new[] { true, false })
            {
                var outcome = await OutcomeAsync(kind, inOneRun, first, second);

                var replaces = kind == SyncType.FullRefresh && !inOneRun;
                var expected = replaces ? await OutcomeAsync(kind, inOneRun: true, second) : await ExpectedAsync(first, second, type);
                Assert.Equal($"{kind}, in one run {inOneRun}: {expected}", $"{kind}, in one run {inOneRun}: {outcome}");
            }
        }
    }

    private async Task<string> ExpectedAsync(string first, string second, string? type) =>
        type is null
            ? "refused"
            : await _fixture.RowsAsync($"SELECT '{type}', 1, ({first})::{type} UNION ALL SELECT '{type}', 2, ({second})::{type}");

    // The type and the rows, or that the last file was refused.
    private async Task<string> OutcomeAsync(SyncType kind, bool inOneRun, params string[] values)
    {
        _fixture.Group = new GroupKey(_fixture.Group.TeamId + 1, "flights");
        var applied = 0L;
        for (var i = 0; i < values.Length; i++)
        {
            _fixture.Run = i == 0 || !inOneRun ? Guid.NewGuid() : _fixture.Run;
            var id = 2 - (values.Length - 1) + i;
            var batch = _fixture.BatchOf(
                applied + 1, $"SELECT {id} AS id, {values[i]} AS v", kind, kind == SyncType.Incremental ? ["id"] : []);
            try
            {
                await _fixture.ApplyAsync(batch, applied);
            }
            catch (PermanentBatchException) when (i == values.Length - 1)
            {
                return "refused";
            }

            applied++;
            if (kind == SyncType.FullRefresh && (!inOneRun || i == values.Length - 1))
            {
                await _fixture.EndAsync(RunEnd.Sealed, applied);
            }
        }

        return await _fixture.RowsAsync("SELECT typeof(v), id, v FROM flights ORDER BY id");
    }
}
