using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// G7: what polling and claiming cost depends on what can run now, not on how much there is.
public sealed class PlanTests(SeededDatabase queue) : IClassFixture<SeededDatabase>
{
    public static TheoryData<string, string> HotStatements => new()
    {
        { "own", "int, smallint, text" },
        { "fetch", "int, smallint, bigint, bigint, text" },
        { "upstream", "int, smallint, bigint, uuid" },
        { "claim", "int, smallint, bigint, bigint" },
        { "advance", "int, smallint, bigint, bigint, timestamptz, boolean, uuid, bigint, text, text" },
        { "advance_followed", "int, smallint, bigint, bigint, timestamptz, boolean, uuid, bigint, text, text, bigint, boolean" },
        { "advance_replayed", "int, smallint, bigint, bigint, timestamptz, boolean, text, bigint" },
        { "skip", "int, smallint, bigint, bigint, timestamptz, boolean, uuid, text, text, text, boolean, bigint, boolean" },
        { "fail", "int, smallint, bigint, bigint, timestamptz, boolean, uuid, text, text, boolean, bigint, boolean" },
        { "park", "int, smallint, bigint, bigint, bigint, double precision, text, text, text, text" },
        { "begin_replay", "int, smallint, bigint, bigint, bigint" },
        { "take_skip", "int, smallint, bigint, bigint, bigint" },
        { "record_loss", "int, smallint, bigint, text, boolean" },
        { "beat", "int, smallint, bigint" },
        { "leave", "int, smallint, bigint" },
        { "drop_parked_wakeups", "bigint, int, smallint" },
        { "drop_drained_wakeups", "bigint, int, smallint, bigint" },
        { "candidates", "bigint, int[], smallint[], int, int, smallint[]" },
        { "wake_due", "int" },
    };

    [Theory]
    [MemberData(nameof(HotStatements))]
    [Trait("Reference", "PQ-33")]
    public async Task Hot_statement_reads_no_table_from_end_to_end(string statement, string types)
    {
        await using var session = await StagedSession.OpenAsync(queue.Database);

        // There is a handful of sinks: reading them all is as good as looking one up.
        Assert.DoesNotContain(
            await session.WholeReadsAsync(statement, types, types.Split(", ").Length), r => !r.EndsWith(" on sink", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whole_read_of_a_table_would_be_noticed()
    {
        var plan = await queue.Database.ScalarAsync<string>("EXPLAIN (FORMAT JSON) SELECT count(path) FROM orleans_batch.log_entry");

        Assert.Contains(Plans.WholeReads(plan!), read => read.StartsWith("Seq Scan on log_entry_", StringComparison.Ordinal));
    }

    // Reads of the owner begin at the day of the last entry passed, whatever the session prepared.
    [Fact]
    public async Task Fetch_reads_no_partition_from_before_the_last_entry_passed()
    {
        await using var session = await StagedSession.OpenAsync(queue.Database);
        await session.ExecuteAsync("SET plan_cache_mode = force_generic_plan");
        await session.ExecuteAsync($"PREPARE fetching (int, smallint, bigint, bigint, text) AS {Grains.Queue.Statement.Load("fetch")}");
        await session.ExecuteAsync(
            "UPDATE orleans_batch.sink_cursor SET floor_at = clock_timestamp() + interval '5 days' WHERE group_id = 1");

        var plan = await session.ScalarAsync<string>("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE fetching (1, 1::smallint, 1, 1, 'schema 1')");

        var executed = System.Text.RegularExpressions.Regex.Matches(
            plan!, "\"Relation Name\": \"log_entry_\\d+\"[^}]*?\"Actual Loops\": [1-9]");
        Assert.InRange(executed.Count, 1, 4);
    }
}
