using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DuckDb;
using Lake = OrleansBatch.Sinks.DuckDb.Lake;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Loading;

// The program as its users run it with the sink delta, on the private Postgres of a directory.
public sealed class DeltaLoadTests : IDisposable
{
    private static readonly GroupKey _group = new(1, "s");

    private readonly TempDirectory _directory = new();
    private readonly ParquetFixture _parquet = new();

    public void Dispose()
    {
        _parquet.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Both_sinks_keep_their_rows_in_one_lake_and_a_load_serves_what_is_active()
    {
        var first = Write("first", 3);
        using (var silo = await ServedSilo.StartAsync(
            _directory.Path, null, "silo-a", ServedSilo.NewPorts(), "--sinks", "duckdb,delta", "--lake", "both", "--roots", first))
        {
            Expect(await LoadAsync(first), 0, Table("both"), LakePath.Of(_directory.Combine("both"), _group));
        }

        // No silo serves any more: the load brings one, which must serve both sinks for the run to end.
        Expect(await LoadAsync(Write("second", 2), "--lake", "both"), 0, Table("both"), "delta", "duckdb");

        Assert.Equal(50, new Lake(_directory.Combine("both")).CountRows(_group));
        Assert.Equal(50, await DeltaReader.OnDisk(Table("both")).CountAsync());
    }

    [Fact]
    public async Task Lakes_of_the_environment_are_kept_apart_and_cdc_is_refused_in_the_name_of_the_one_that_takes_none()
    {
        var files = Write("a", 1);
        var environment = new Dictionary<string, string>
        {
            ["OrleansBatch__DuckDb__LakeDirectory"] = "files",
            ["OrleansBatch__Delta__Lake"] = "tables",
        };
        using var silo = await ServedSilo.StartAsync(
            _directory.Path, null, "silo-a", ServedSilo.NewPorts(), environment, "--sinks", "duckdb,delta", "--roots", files);

        Expect(await LoadAsync(files), 0, Table("tables"), LakePath.Of(_directory.Combine("files"), _group));
        Expect(await LoadAsync(files, "--lake", "elsewhere"), 2, "The lake here is", "Nothing was enqueued.");
        Expect(
            await LoadAsync(files, "--sync-type", "cdc", "--primary-key", "id", "--operation", "op", "--sequence", "at"), 2,
            "The sink delta takes no change events", "Nothing was enqueued.");
    }

    [Fact]
    public async Task Beside_a_lake_in_S3_duckdb_needs_a_directory_of_its_own()
    {
        Expect(
            await Cli.RunAsync(_directory.Path, "serve", "--sinks", "duckdb,delta", "--lake", "s3://bucket/prefix"), 2,
            "OrleansBatch__DuckDb__LakeDirectory");
        Expect(
            await Cli.RunAsync(_directory.Path, "serve", "--lake", "s3://bucket/prefix"), 2, "OrleansBatch__DuckDb__LakeDirectory");
        Assert.False(Path.Exists(_directory.Combine("s3:")));
    }

    private string Table(string lake) => $"{_directory.Combine(lake)}/{TablePath.Of(_group)}";

    private string Write(string name, int files)
    {
        for (var i = 0; i < files; i++)
        {
            _parquet.Write($"{name}/{i:000}.parquet", $"SELECT {i} * 10 + range AS id FROM range(10)");
        }

        return _parquet.PathOf(name);
    }

    private Task<CliResult> LoadAsync(string files, params string[] more) =>
        Cli.RunAsync(_directory.Path, ["load", "--team", "1", "--schema", "s", files, .. more]);

    private static void Expect(CliResult result, int exitCode, params string[] said)
    {
        var all = result.Output + result.Error;
        Assert.True(exitCode == result.ExitCode, $"Expected exit code {exitCode}, got {result.ExitCode}.\n{all}");
        Assert.All(said, s => Assert.Contains(s, all, StringComparison.Ordinal));
    }
}
