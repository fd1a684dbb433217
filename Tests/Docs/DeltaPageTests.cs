using System.Text.RegularExpressions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// What docs/delta.md shows, in its order: silos with a lake in a directory and in S3, looks at a table, and how chdb reads one.
[Trait("Length", "Long")]
public sealed partial class DeltaPageTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private const string Page = "docs/delta.md";

    private static readonly string[] _serves =
    [
        "./orleansbatch serve --connection \"...\" --sinks delta --lake /data/lake --roots /data/incoming",
        "./orleansbatch serve --connection \"...\" --sinks delta --lake s3://bucket/prefix --roots /data/incoming",
    ];

    private static readonly string[] _looks =
    [
        "./orleansbatch table show 7/orders --lake /data/lake",
        "./orleansbatch table history 7/orders --lake /data/lake --limit 20",
    ];

    private static readonly string[] _keeps =
    [
        "./orleansbatch table optimize 7/orders",
        "./orleansbatch table vacuum 7/orders",
        "./orleansbatch table restore 12 7/orders --reason \"a wrong extract\"",
    ];

    private readonly TempDirectory _directory = new();
    private readonly ParquetFixture _parquet = new();
    private readonly Dictionary<string, string> _environment = [];

    internal static string[] Commands => [.. _serves, .. _looks, .. _keeps];

    private static string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, Page));

    public void Dispose()
    {
        _parquet.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_table_in_a_directory_is_written_looked_at_and_read_as_the_page_says()
    {
        await LoadAsync(_serves[0], _directory.Combine("lake"));

        foreach (var line in _looks)
        {
            var result = await RunAsync(await WordsAsync(line, _directory.Combine("lake")));
            Assert.True(result.ExitCode == 0, $"{line}: exit code {result.ExitCode}.\n{result.Output}{result.Error}");
        }

        var lines = Query().Matches(Text).Select(m => m.Value.Replace("/data/lake", _directory.Combine("lake"), StringComparison.Ordinal))
            .ToList();
        Assert.Equal(2, lines.Count);
        Assert.Equal("10", (await Chdb.OfTheRun.QueryAsync(lines[0])).Trim());
        Assert.Equal(10, (await Chdb.OfTheRun.QueryAsync(lines[1])).Trim().Split('\n').Length);
    }

    [Fact]
    public async Task A_table_in_S3_is_written_and_looked_at_as_the_page_says()
    {
        var server = await RadosGateway.OfTheRunAsync();
        var lake = server.NewAddress();
        _environment["AWS_ACCESS_KEY_ID"] = server.AccessKey;
        _environment["AWS_SECRET_ACCESS_KEY"] = server.SecretKey;
        _environment["AWS_ENDPOINT_URL_S3"] = server.Url.AbsoluteUri;

        await LoadAsync(_serves[1], lake);

        foreach (var line in _looks)
        {
            var result = await RunAsync(await WordsAsync(line, lake));
            Assert.True(result.ExitCode == 0, $"{line}: exit code {result.ExitCode}.\n{result.Output}{result.Error}");
        }

        Assert.Equal(10, await DeltaReader.OnS3($"{server.HttpOf(lake)}/7/orders", server.AccessKey, server.SecretKey).CountAsync());
    }

    [Fact]
    public async Task A_silo_with_a_store_that_ignores_conditions_does_not_start()
    {
        var server = await S3Rver.OfTheRunAsync();
        _environment["AWS_ACCESS_KEY_ID"] = server.AccessKey;
        _environment["AWS_SECRET_ACCESS_KEY"] = server.SecretKey;
        _environment["AWS_ENDPOINT_URL_S3"] = server.Url.AbsoluteUri;

        var result = await RunAsync(
            [
                "serve", "--connection", Database.ConnectionString, .. ServedSilo.NewPorts(), "--sinks", "delta", "--lake",
                server.NewAddress(),
            ]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("has overwritten an object", result.Error, StringComparison.Ordinal);
    }

    // The command gets the test's database, directories and lake, and free ports. The table is kept up while its silo is there.
    private async Task LoadAsync(string line, string lake)
    {
        var words = await WordsAsync(line, lake);
        Assert.Equal(["serve", "--connection"], words.Take(2));
        using var silo = await ServedSilo.StartAsync(
            _directory.Path, Database.ConnectionString, "silo-a", ServedSilo.NewPorts(), _environment, [.. words.Skip(3)]);
        var loaded = await RunAsync(
            ["load", "--connection", Database.ConnectionString, "--team", "7", "--schema", "orders",
             _parquet.Write("a.parquet", "SELECT range AS id FROM range(10)")]);
        Assert.True(loaded.ExitCode == 0, loaded.Output + loaded.Error);
        foreach (var keep in _keeps)
        {
            var kept = await RunAsync([.. await WordsAsync(keep, lake), "--connection", Database.ConnectionString]);
            Assert.True(kept.ExitCode == 0, $"{keep}: exit code {kept.ExitCode}.\n{kept.Output}{kept.Error}");
        }
    }

    private async Task<string[]> WordsAsync(string line, string lake) =>
    [
        .. (await ShellWords.OfAsync(line)).Skip(1).Select(
            w => w switch
            {
                "/data/incoming" => _parquet.Directory,
                "/data/lake" or "s3://bucket/prefix" => lake,
                "12" => "0",
                _ => w,
            }),
    ];

    private Task<CliResult> RunAsync(string[] arguments) => Cli.RunAsync(_directory.Path, _environment, arguments);

    [GeneratedRegex("^SELECT .* FROM deltaLakeLocal.*(?=;$)", RegexOptions.Multiline)]
    private static partial Regex Query();
}
