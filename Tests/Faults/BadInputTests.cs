using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// A wrong file or name gets a sentence for the user, and loses nothing that was loaded before.
[Trait("Length", "Long")]
public sealed class BadInputTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ParquetFixture _parquet = new();

    public void Dispose()
    {
        _parquet.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_missing_a_truncated_and_a_foreign_file_are_refused_before_anything_is_enqueued()
    {
        var good = _parquet.Write("good.parquet", "SELECT 1 AS id");
        var truncated = _parquet.WriteBytes(
            "truncated.parquet", (await File.ReadAllBytesAsync(good, TestContext.Current.CancellationToken)).AsSpan()[..^6]);
        var foreign = _parquet.WriteBytes("foreign.parquet", "id,name\n1,x\n"u8);

        foreach (var bad in new[] { truncated, foreign, _parquet.PathOf("missing.parquet") })
        {
            var result = await Cli.RunAsync(_directory.Path, "load", "--team", "1", "--schema", "s", good, bad);

            Expect(result, 2, bad);
            Assert.Contains("Nothing was enqueued", result.Error, StringComparison.Ordinal);
        }

        // The refusal needed not even a database.
        Assert.False(Directory.Exists(_directory.Combine(".orleansbatch")));
    }

    [Fact]
    public async Task Loading_on_one_private_database_reports_each_kind_of_bad_input_and_keeps_the_good()
    {
        var ids = _parquet.Write("ids.parquet", "SELECT 1 AS id UNION ALL SELECT 2");
        var text = _parquet.Write("text.parquet", "SELECT 'x' AS id");
        var none = _parquet.Write("none.parquet", "SELECT 1 AS id WHERE false");

        Expect(await LoadAsync("1", "types", ids), 0);
        Expect(await LoadAsync("1", "types", text), 1, "text.parquet", "id", "VARCHAR");
        Expect(await LoadAsync("1", "types", none), 0, "0");
        Expect(await LoadAsync("1", "types", ids, "--roots", _directory.Path), 2, "ids.parquet", "outside", "Nothing was enqueued");
        Expect(await LoadAsync("1", new string('x', 300), ids), 2, "1 to 200 characters", "OB002");
        Expect(await LoadAsync("1", "", ids), 2, "1 to 200 characters");
        Expect(await LoadAsync("seven", "s", ids), 2, "\"seven\" is no team: a team is a number");
        Expect(await LoadAsync("1", "s", ids, "--sync-type", "cdc"), 2, "needs --operation and --sequence");
        Expect(await LoadAsync("1", "s", ids, "--deletes", "soft"), 2, "--deletes is for --sync-type cdc alone");
        Expect(
            await LoadAsync("1", "s", ids, "--sync-type", "cdc", "--primary-key", "id", "--operation", "op", "--sequence", "at"), 1,
            "ids.parquet", "lacks the operation column op");
        Expect(await LoadAsync("1", "it's \"a/b\" ünïcode", ids), 0);
        Expect(await LoadAsync("1", "keyless", ids, "--sync-type", "incremental"), 2, "names no primary key", "OB013");
        Expect(await LoadAsync("1", "types", ids), 0);

        var lake = new Sinks.DuckDb.Lake(_directory.Combine("lake"));
        Assert.Equal(4, lake.CountRows(new Grains.Interfaces.GroupKey(1, "types")));
        Assert.Equal(2, lake.CountRows(new Grains.Interfaces.GroupKey(1, "it's \"a/b\" ünïcode")));
    }

    private Task<CliResult> LoadAsync(string team, string schema, string file, params string[] more) =>
        Cli.RunAsync(_directory.Path, ["load", "--team", team, "--schema", schema, file, .. more]);

    private static void Expect(CliResult result, int exitCode, params string[] said)
    {
        var all = result.Output + result.Error;
        Assert.True(exitCode == result.ExitCode, $"Expected exit code {exitCode}, got {result.ExitCode}.\n{all}");
        Assert.All(said, s => Assert.Contains(s, all, StringComparison.Ordinal));
        Assert.False(all.Contains("   at ", StringComparison.Ordinal), all);
    }
}
