using System.Text.RegularExpressions;
using OrleansBatch.Silo.Commands;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// The lines that docs/operations.md shows work, run in the order shown.
[Trait("Length", "Long")]
public sealed partial class OperationsTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    internal static string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));

    private static readonly string[] _codeFolders = ["Grains/Doctor", "Silo/Commands", "Silo/Tables"];
    private static readonly string[] _otherVerbs = ["serve", "load", "table", "migrate", "demo", "drill"];
    private static readonly Guid _open = Guid.Parse("0190a1b2-0000-7000-8000-000000000001");
    private static readonly Guid _unsealed = Guid.Parse("0190a1b2-0000-7000-8000-000000000003");
    private static readonly Guid _failed = Guid.Parse("0190a1b2-0000-7000-8000-000000000002");

    [Fact]
    public async Task Every_line_shown_does_what_it_says()
    {
        await StageAsync();
        await using var owner = await HoldAsync("orders");
        using var cli = new OperatorCli(Database);

        foreach (var line in Lines())
        {
            var result = await cli.ShellAsync(line);

            // No silo serves the sink, and the doctor reports that.
            var expected = line == "orleansbatch doctor" ? 1 : 0;
            Assert.True(expected == result.ExitCode, $"{line}: exit code {result.ExitCode}.\n{result.Output}{result.Error}");
        }

        Assert.Equal(
            ["acknowledge", "retry", "seal", "skip", "cancel", "replay", "pause", "resume", "pause", "resume", "pause", "resume", "evict",
             "unblock", "forget", "sink add",
             "sink disable", "sink enable"],
            (await Database.ActionsAsync()).Select(a => a.Verb));
    }

    [Fact]
    public void Every_verb_is_shown()
    {
        var verbs = CommandLine.CreateVerbs().Select(v => v.Name).Except(_otherVerbs);

        Assert.Equal(verbs.Order(), Lines().Select(l => l.Split(' ')[1]).Distinct().Order());
    }

    [Fact]
    public async Task Every_finding_shown_exists_and_every_one_that_exists_is_shown()
    {
        var shown = Finding().Matches(Section("What doctor finds"))
            .SelectMany(row => Code().Matches(row.Groups[1].Value)).Select(m => m.Groups[1].Value);
        var sql = await Database.RowsAsync(
            "SELECT prosrc FROM pg_catalog.pg_proc WHERE pronamespace = 'orleans_batch'::regnamespace AND proname LIKE 'doctor\\_%'",
            r => r.GetString(0));
        var sources = _codeFolders
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.cs")).Select(File.ReadAllText);

        var existing = sql.SelectMany(s => Selected().Matches(s)).Concat(sources.SelectMany(s => Made().Matches(s)))
            .Select(m => m.Groups[1].Value);

        Assert.Equal(existing.Distinct().Order(), shown.Order());
    }

    internal static string[] Lines() =>
        Regex.Match(Text, "```sh\n(.*?)```", RegexOptions.Singleline).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Section(string title) => Regex.Match(Text, $"## {title}\n(.*?)\n## ", RegexOptions.Singleline).Groups[1].Value;

    // An open run, a failed run, a run to apply again, and a blocked group.
    private async Task StageAsync()
    {
        await Database.AddSinkAsync("duckdb");
        await Database.EnqueueAsync(7, "orders", _open, 0);
        await Database.EnqueueAsync(7, "orders", _open, 1);
        await Database.EnqueueAsync(7, "invoices", _failed, 0, final: true);
        await Database.EnqueueAsync(7, "returns", _unsealed, 0);
        await Database.ExecuteAsync(
            """
            SELECT orleans_batch.enqueue(team_id => 7, schema_id => s, run_id => gen_random_uuid(), batch_index => 0, path => 'x',
              is_final => true, sync_type => 'incremental', primary_keys => '{id}') FROM unnest('{customers,payments}'::text[]) AS s
            """);
        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, next_seq, epoch)
            SELECT group_id, 1, 2, 1 FROM orleans_batch.batch_group WHERE schema_id IN ('invoices', 'customers');
            INSERT INTO orleans_batch.sink_run (run_id, sink_id, group_id, state, first_error, finished_at)
            SELECT run_id, 1, group_id, 'failed', 'It is truncated.', clock_timestamp() FROM orleans_batch.run
            WHERE run_id = '0190a1b2-0000-7000-8000-000000000002';
            INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why)
            SELECT group_id, 1, 1, 'failed', 'silo-a', 'It is truncated.' FROM orleans_batch.batch_group WHERE schema_id = 'invoices';
            INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, reason)
            SELECT group_id, 1, 7, 'blocked' FROM orleans_batch.batch_group WHERE schema_id = 'payments';
            """);
    }

    // Holds a group's lock, as its owner does.
    private async Task<Npgsql.NpgsqlConnection> HoldAsync(string schema)
    {
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(Database.ConnectionString)
        {
            ApplicationName = "orleans-batch-group@silo-a",
            Pooling = false,
        };
        var connection = new Npgsql.NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await connection.ScalarAsync<object>("SELECT pg_advisory_lock(1329725441, $1)", await Database.GroupIdAsync(7, schema));
        return connection;
    }

    [GeneratedRegex(@"^\| (`.*?) \|", RegexOptions.Multiline)]
    private static partial Regex Finding();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("SELECT '([a-z]+_[a-z]+)',")]
    private static partial Regex Selected();

    [GeneratedRegex("new Finding\\(\\s*\"([a-z_]+)\"")]
    private static partial Regex Made();
}
