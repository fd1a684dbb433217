using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Loading;

// A load into a queue that other silos serve: limits of these silos are named before anything is enqueued.
public sealed class ServedLoadTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ParquetFixture _parquet = new();

    public void Dispose()
    {
        _parquet.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_file_that_nobody_reaches_and_a_lake_that_nobody_writes_are_refused()
    {
        var inside = _parquet.Write("in/a.parquet", "SELECT 1 AS id");
        var outside = _parquet.Write("out/a.parquet", "SELECT 1 AS id");
        using var silo = await ServedSilo.StartAsync(
            _directory.Path, Database.ConnectionString, "silo-a", ServedSilo.NewPorts(), "--roots", Path.GetDirectoryName(inside)!);

        Expect(
            await LoadAsync(outside), 2, $"No silo that serves this queue can read {outside}: they read from", "(silo-a)",
            "Nothing was enqueued.");
        Expect(
            await LoadAsync(inside, "--lake", "elsewhere"), 2, "Silo silo-a, which serves this queue, writes to the lake",
            "Nothing was enqueued.");
        Expect(
            await LoadAsync(inside, "--sync-type", "cdc", "--operation", "op", "--sequence", "at"), 2, "names no primary key", "OB013");
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.run"));

        Expect(await LoadAsync(inside, "--roots", "/"), 0, "--roots has no effect here", _directory.Combine("lake", "1", "s.duckdb"));
    }

    private Task<CliResult> LoadAsync(string file, params string[] more) => Cli.RunAsync(
        _directory.Path, ["load", "--connection", Database.ConnectionString, "--team", "1", "--schema", "s", file, .. more]);

    private static void Expect(CliResult result, int exitCode, params string[] said)
    {
        var all = result.Output + result.Error;
        Assert.True(exitCode == result.ExitCode, $"Expected exit code {exitCode}, got {result.ExitCode}.\n{all}");
        Assert.All(said, s => Assert.Contains(s, all, StringComparison.Ordinal));
    }
}
