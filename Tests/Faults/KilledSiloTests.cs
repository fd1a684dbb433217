using System.Diagnostics.CodeAnalysis;
using DuckDB.NET.Data;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// G3, G4 and G6 against SIGKILL: real silos as processes of their own.
public sealed class KilledSiloTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private static readonly string _samples = Path.Combine(Path.GetDirectoryName(Cli.Assembly)!, "samples");

    private readonly TempDirectory _directory = new();

    private readonly string[] _ports = ServedSilo.NewPorts();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_silo_that_is_killed_and_started_again_has_every_row_once_and_in_order()
    {
        var groups = Directory.EnumerateDirectories(_samples).SelectMany(Directory.EnumerateDirectories)
            .Select(d => (Key: new GroupKey(TestIds.NextTeam(), Path.GetFileName(d)), Run: Guid.NewGuid(), Files: Files(d)))
            .ToList();
        await Database.AddSinkAsync("duckdb");
        using (var first = await ServeAsync("first", _ports))
        {
            for (var index = 0; index < 8; index++)
            {
                foreach (var group in groups)
                {
                    await Database.EnqueueAsync(
                        group.Key.TeamId, group.Key.SchemaId, group.Run, index, group.Files[index], final: index == 7);
                }
            }

            await Eventually.UntilAsync(async () => await AppliedAsync() >= 8, _soon, "some batches are applied");
            await first.KillAsync();
        }

        Assert.InRange(await AppliedAsync(), 8, 63);
        using var second = await ServeAsync("second", _ports);
        foreach (var group in groups)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(group.Run, "duckdb"), _soon, "the run succeeds");
        }

        await Eventually.EqualsAsync(
            0L, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.held_lock"), _soon, "the files are closed");
        Assert.All(groups, group => Assert.Equal(0, DifferencesOf(group.Key, group.Files)));
    }

    [Fact]
    public async Task The_groups_of_a_killed_silo_go_on_at_another_and_the_loss_is_on_record()
    {
        var team = TestIds.NextTeam();
        var runs = Enumerable.Range(0, 6).Select(_ => Guid.NewGuid()).ToList();
        await Database.AddSinkAsync("probe");
        using var first = await ServeAsync("first", _ports, "--sinks", "probe");
        foreach (var (run, group) in runs.Select((r, g) => (r, g)))
        {
            await Database.EnqueueAsync(team, $"s{group}", run, 0, final: true, metadata: """{"probe": {"sleep_ms": 1500}}""");
        }

        await Eventually.EqualsAsync(6L, () => StartedAsync(team, "first"), _soon, "the first silo works on all groups");
        using var second = await ServeAsync("second", ServedSilo.NewPorts(), "--sinks", "probe");
        var unfinished = await Database.RowsAsync(
            "SELECT schema_id FROM orleans_batch.probe_ledger WHERE team_id = $1 AND finished_at IS NULL", r => r.GetString(0), team);
        await first.KillAsync();

        foreach (var run in runs)
        {
            await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _soon, "the run succeeds");
        }

        var again = await Database.RowsAsync(
            "SELECT schema_id, attempt FROM orleans_batch.probe_ledger WHERE team_id = $1 AND silo = 'second' ORDER BY schema_id",
            r => (r.GetString(0), r.GetInt32(1)), team);
        Assert.All(again, a => Assert.Equal(1, a.Item2));
        Assert.True(again.Count <= unfinished.Count);
        Assert.Equal(again.Count, await Database.ScalarAsync<long>(
            """
            SELECT count(*) FROM orleans_batch.batch_attempt AS a JOIN orleans_batch.batch_group AS g USING (group_id)
            WHERE g.team_id = $1 AND a.outcome = 'lost'
            """,
            team));
    }

    [Fact]
    public async Task A_batch_that_kills_its_process_is_tried_again_by_the_next()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(team, "s", run, 0, final: true, metadata: """{"probe": {"crash_attempts": 1}}""");

        // The silo may die before it has said that it serves.
        ServedSilo? first = null;
        await Record.ExceptionAsync(async () => first = await ServeAsync("first", _ports, "--sinks", "probe"));
        await Eventually.EqualsAsync(1L, () => StartedAsync(team, "first"), _soon, "the first silo takes the batch up");
        first?.Dispose();
        using var second = await ServeAsync("second", _ports, "--sinks", "probe");

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _soon, "the run succeeds");
        Assert.Equal(
            [("first", 1, null), ("second", 1, "succeeded")],
            await Database.RowsAsync(
                "SELECT silo, attempt, outcome FROM orleans_batch.probe_ledger WHERE team_id = $1 ORDER BY id",
                r => (r.GetString(0), r.GetInt32(1), r.IsDBNull(2) ? null : r.GetString(2)), team));
    }

    private static List<string> Files(string directory) => [.. Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal)];

    private Task<ServedSilo> ServeAsync(string name, string[] ports, params string[] arguments) => ServedSilo.StartAsync(
        _directory.Path, Database.ConnectionString, name, ports, ["--roots", _samples, .. arguments]);

    private Task<long> AppliedAsync() =>
        Database.ScalarAsync<long>("SELECT coalesce(sum(batches_applied), 0)::bigint FROM orleans_batch.sink_run");

    private Task<long> StartedAsync(long team, string silo) => Database.ScalarAsync<long>(
        "SELECT count(*) FROM orleans_batch.probe_ledger WHERE team_id = $1 AND silo = $2", team, silo);

    // Counts rows in a wrong place: the lake's table against the files, both read by DuckDB itself.
    [SuppressMessage("Security", "CA2100", Justification = "The test writes its own statements.")]
    private long DifferencesOf(GroupKey group, List<string> files)
    {
        var table = $"lake.main.\"{group.SchemaId}\"";
        var source = $"read_parquet([{string.Join(", ", files.Select(f => $"'{f}'"))}])";
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            ATTACH '{LakePath.Of(_directory.Combine("lake"), group)}' AS lake (READ_ONLY);
            SELECT count(*) FROM (SELECT row_number() OVER () AS n, * FROM {table}) AS a
            FULL JOIN (SELECT row_number() OVER () AS n, * FROM {source}) AS b USING (n)
            WHERE (a.date, a.delay, a.distance, a.origin, a.destination)
              IS DISTINCT FROM (b.date, b.delay, b.distance, b.origin, b.destination)
            """;
        return (long)command.ExecuteScalar()!;
    }
}
