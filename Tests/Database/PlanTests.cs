using System.Text.RegularExpressions;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// G7: the cost of polling and claiming depends on the work that can run now, not on the size of the tables.
public sealed class PlanTests(SeededDatabase queue) : IClassFixture<SeededDatabase>
{
    // Types of parameters that the server can't tell from the statement.
    private static readonly Dictionary<string, string> _types = new()
    {
        ["candidates"] =
            "bigint, int[], smallint[], int, smallint[], bigint[], int[], int, smallint[], bigint[], int[], bigint[], int[], bigint[], "
            + "int[], double precision, int[]",
    };

    // Statements that are not planned at all, or are no part of the work.
    private static readonly Dictionary<string, string> _exempt = new()
    {
        ["listen"] = "a utility statement has no plan",
        ["begin_migration"] = "migrations run once",
        ["applied_migrations"] = "migrations run once",
        ["record_migration"] = "migrations run once",
        ["schema_standing"] = "migrations run once",
        ["adoptable_migration"] = "migrations run once",
        ["read_schema_version"] = "one row, read at a start",
        ["write_schema_version"] = "migrations run once",
        ["keep_grants"] = "migrations run once",
        ["restore_grants"] = "migrations run once",
        ["list_runs"] = "for people, who see the newest few",
        ["list_serving"] = "for people, a row for each running silo",
        ["list_pauses"] = "for people, counts what waits",
        ["list_actions"] = "for people, who see the newest few",
        ["list_sinks"] = "for people, counts what waits",
        ["run_sinks"] = "for people, one run",
        ["run_batches"] = "for people, one run",
        ["run_attempts"] = "for people, one run",
        ["sample_not_ready"] = "counts what waits, once a sweep in the whole cluster",
        ["end_all_not_ready"] = "reads what waits, once a sweep in the whole cluster",
    };

    // Tables of a handful of rows, and the server's own.
    private static readonly string[] _small =
    [
        "sink", "silo", "silo_sink", "hung_call", "pause", "forgetting", "pg_class", "pg_database", "pg_inherits", "pg_authid",
        "pg_namespace",
    ];

    public static TheoryData<string> Statements => [.. AllStatements().Where(s => !_exempt.ContainsKey(s))];

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task Statement_reads_no_table_from_end_to_end(string statement)
    {
        await using var session = await StagedSession.OpenAsync(queue.Database);

        var reads = await session.WholeReadsAsync(statement, _types.GetValueOrDefault(statement));

        Assert.DoesNotContain(reads, r => !_small.Contains(r.Split(' ')[^1]));
    }

    // A file under Grains/Queue is a statement of the engine. Its plan is tested, or an exemption here says why not.
    [Fact]
    public void Every_statement_is_tested_or_exempt()
    {
        var all = AllStatements().ToList();

        Assert.InRange(all.Count, 30, 200);
        Assert.Empty(_exempt.Keys.Except(all));
        Assert.Empty(_types.Keys.Except(all));
    }

    [Fact]
    public async Task Whole_read_of_a_table_would_be_noticed()
    {
        var plan = await queue.Database.ScalarAsync<string>("EXPLAIN (FORMAT JSON) SELECT count(path) FROM orleans_batch.log_entry");

        Assert.Contains(Plans.WholeReads(plan!), read => read.StartsWith("Seq Scan on log_entry_", StringComparison.Ordinal));
    }

    // An owner's reads begin at the day of the last passed entry, whichever statements the session prepared.
    [Fact]
    public async Task Fetch_reads_no_partition_from_before_the_last_entry_passed()
    {
        await using var session = await StagedSession.OpenAsync(queue.Database);
        await session.ExecuteAsync("SET plan_cache_mode = force_generic_plan");
        await session.ExecuteAsync($"PREPARE fetching (int, smallint, bigint, bigint, text) AS {QueueStatements.Load("fetch")}");
        await session.ExecuteAsync(
            "UPDATE orleans_batch.sink_cursor SET floor_at = clock_timestamp() + interval '5 days' WHERE group_id = 1");

        var plan = await session.ScalarAsync<string>("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE fetching (1, 1::smallint, 1, 1, 'schema 1')");

        var executed = Regex.Matches(
            plan!, "\"Relation Name\": \"log_entry_\\d+\"[^}]*?\"Actual Loops\": [1-9]");
        Assert.InRange(executed.Count, 1, 4);
    }

    // Each batch leaves a version of its group, its run and its cursor, and an old snapshot keeps them all.
    // A search backwards finds the newest version first.
    [Theory]
    [InlineData("candidates", "batch_group_pk batch_group_pk sink_cursor_pk")]
    [InlineData("end_stale_holders", "batch_group_pk sink_cursor_pk")]
    public async Task Rows_that_every_batch_writes_are_read_from_their_newest_version(string statement, string indexes)
    {
        var plan = await GenericPlanAsync(statement);

        var scans = Regex.Matches(plan, "\"Scan Direction\": \"Backward\",\\s*\"Index Name\": \"(batch_group_pk|run_pk|sink_cursor_pk)\"");
        Assert.Equal(indexes, string.Join(' ', scans.Select(s => s.Groups[1].Value).Order(StringComparer.Ordinal)));
    }

    private async Task<string> GenericPlanAsync(string statement)
    {
        var types = _types.GetValueOrDefault(statement) ?? "int";
        var values = string.Join(", ", types.Split(", ").Select(t => t == "timestamptz" ? "clock_timestamp()" : "NULL"));
        await using var session = await StagedSession.OpenAsync(queue.Database);
        await session.ExecuteAsync("SET plan_cache_mode = force_generic_plan");
        await session.ExecuteAsync($"PREPARE {statement} ({types}) AS {QueueStatements.Load(statement)}");
        return (await session.ScalarAsync<string>($"EXPLAIN (FORMAT JSON) EXECUTE {statement} ({values})"))!;
    }

    private static IEnumerable<string> AllStatements() =>
        QueueStatements.Names;
}
