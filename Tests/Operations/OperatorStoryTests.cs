using System.Text.Json;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// Faults at night, found and mended by somebody who has only the documentation.
// The commands are those of docs/operations.md, and those that the doctor names, as it names them.
public sealed class OperatorStoryTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_batch_that_fails_for_good_is_found_mended_and_retried()
    {
        using var cli = new OperatorCli(Database);
        using var parquet = new ParquetFixture();
        using var directory = new TempDirectory();
        var run = Guid.NewGuid();
        await Database.AddSinkAsync("duckdb");
        var bad = parquet.WriteBytes("1.parquet", "not Parquet"u8);
        await EnqueueFileAsync(run, 0, parquet.Write("0.parquet", "SELECT 1 AS id"));
        await EnqueueFileAsync(run, 1, bad);
        await EnqueueFileAsync(run, 2, parquet.Write("2.parquet", "SELECT 3 AS id"), final: true);
        using var silo = await ServedSilo.StartAsync(
            directory.Path, Database.ConnectionString, "silo-a", ServedSilo.NewPorts(), "--roots", Path.GetDirectoryName(bad)!);
        await Eventually.EqualsAsync("failed", () => Database.RunStateAsync(run, "duckdb"), _within, "the run fails");

        // The operator asks which run failed, at which batch, and why.
        var failed = Assert.Single((await cli.JsonAsync("runs", "--state", "failed")).EnumerateArray());
        var shown = await cli.JsonAsync("show", failed.Text("run_id")!);
        var batch = shown.GetProperty("batches").EnumerateArray().Single(b => b.Text("state") == "failed");
        Assert.Equal(bad, batch.Text("path"));
        Assert.Contains("1.parquet", batch.Text("last_error"), StringComparison.Ordinal);

        // The file is mended, and the run is retried.
        File.Copy(parquet.Write("mended.parquet", "SELECT 2 AS id"), bad, overwrite: true);
        var retried = await cli.JsonAsync("retry", failed.Text("run_id")!, "--yes", "--reason", "the file is mended");
        var made = retried.GetProperty("run_id").GetGuid();
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(made, "duckdb"), _within, "the retried run succeeds");

        await silo.SignalAsync("TERM");
        await silo.ExitAsync(_within);
        Assert.Equal(3, new Lake(directory.Combine("lake")).CountRows(new GroupKey(7, "orders")));
    }

    [Fact]
    public async Task A_sink_that_hangs_is_found_and_its_group_is_taken_from_it()
    {
        using var cli = new OperatorCli(Database);
        cli.Environment["OrleansBatch__StuckBatchAfter"] = "00:00:01";
        var run = Guid.NewGuid();
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(7, "orders", run, 0, final: true, metadata: """{"probe":{"first_sleep_ms":600000}}""");
        await using var silos = await TestSilos.StartAsync(Database);

        await MendAsync(cli, "batch_stuck", "--yes");

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _within, "the next owner applies the batch");
        Assert.Contains(
            "lost", (await cli.JsonAsync("show", $"{run}")).GetProperty("attempts").EnumerateArray().Select(a => a.Text("outcome")));
    }

    [Fact]
    public async Task A_team_that_was_paused_and_forgotten_is_found_and_resumed()
    {
        using var cli = new OperatorCli(Database);
        var run = Guid.NewGuid();
        await cli.RunAsync(0, "pause", "7", "--reason", "moving the lake", "--who", "ann");
        await Database.ExecuteAsync("UPDATE orleans_batch.pause SET created_at = clock_timestamp() - interval '7 days'");
        await using var silos = await TestSilos.StartAsync(Database);
        await Database.EnqueueAsync(7, "orders", run, 0, final: true);

        var found = await MendAsync(cli, "pause_forgotten");

        Assert.Contains("Team 7 has been paused for 7 days, by ann (moving the lake)", found.Text("message"), StringComparison.Ordinal);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _within, "the team goes on");
        Assert.Empty(await cli.DoctorAsync("pause_forgotten"));
    }

    [Fact]
    public async Task A_run_whose_producer_died_is_found_and_cancelled()
    {
        using var cli = new OperatorCli(Database);
        var run = Guid.NewGuid();
        await using var silos = await TestSilos.StartAsync(Database);
        await Database.EnqueueAsync(7, "orders", run, 0);
        await Eventually.EqualsAsync("running", () => Database.RunStateAsync(run), _within, "the batch is applied");
        await Database.ExecuteAsync("UPDATE orleans_batch.run SET alive_at = clock_timestamp() - interval '3 hours'");

        var found = await MendAsync(cli, "run_silent", "--yes");

        Assert.Equal($"{run}", found.Text("subject"));
        await Eventually.EqualsAsync("cancelled", () => Database.RunStateAsync(run), _within, "the run ends in the sink");
        Assert.Empty(await cli.DoctorAsync("run_silent"));
    }

    // Waits until the doctor finds the fault, and runs the doctor's remedy.
    private static async Task<JsonElement> MendAsync(OperatorCli cli, string code, string more = "")
    {
        List<JsonElement> found = [];
        await Eventually.UntilAsync(async () => (found = await cli.DoctorAsync(code)).Count > 0, _within, $"the doctor finds {code}");
        var mended = await cli.ShellAsync($"{Assert.Single(found).Text("remedy")} {more}");
        Assert.True(mended.ExitCode == 0, mended.Error);
        return found[0];
    }

    private Task<long> EnqueueFileAsync(Guid run, int index, string path, bool final = false) =>
        Database.EnqueueAsync(7, "orders", run, index, path, final);
}
