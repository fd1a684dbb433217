using System.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Loading;

// Several programs share the private Postgres of one directory. Each can end at any time, and reads files of its own.
[Trait("Length", "Long")]
public sealed class LoadsBesideOthersTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ParquetFixture _parquet = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _parquet.Dispose();
        _directory.Dispose();
    }

    // The first program starts the Postgres, and ends while the second still needs it.
    [Fact]
    public async Task Two_loads_at_once_from_different_directories_both_end_well()
    {
        using var first = Start(1, Write("a", 1));
        await FirstLineAsync(first);
        using var second = Start(2, Write("b", 200));
        await FirstLineAsync(second);

        await ExpectSuccessAsync(first);
        await ExpectSuccessAsync(second);

        Assert.Equal((10, 2000), (Rows(1), Rows(2)));
    }

    [Fact]
    public async Task A_load_does_not_fail_what_an_earlier_one_left_in_another_directory()
    {
        var (left, other) = (Write("a", 2), Write("b", 1));
        Expect(await LoadAsync(1, left, "--wait", "false"), 0, "Enqueued as run");

        Expect(await LoadAsync(2, other, "--lake", "lake2"), 2, "The lake here is", "Nothing was enqueued.");
        Expect(await LoadAsync(2, other), 0, "1/s is unfinished since an earlier load");
        Expect(await LoadAsync(1, left), 0, "Going on with run");

        Assert.Equal((20, 10), (Rows(1), Rows(2)));
    }

    [Fact]
    public async Task A_load_beside_a_silo_that_cannot_read_its_files_reads_them_itself()
    {
        using var silo = await ServedSilo.StartAsync(
            _directory.Path, null, "silo-a", ServedSilo.NewPorts(), "--roots", Write("served", 1));

        Expect(await LoadAsync(1, Write("a", 3)), 0, "The rows are in");

        Assert.Equal(30, Rows(1));
    }

    private string Write(string name, int files)
    {
        for (var i = 0; i < files; i++)
        {
            _parquet.Write($"{name}/{i:000}.parquet", $"SELECT {i} * 10 + range AS id FROM range(10)");
        }

        return _parquet.PathOf(name);
    }

    private long Rows(long team) => new Lake(_directory.Combine("lake")).CountRows(new GroupKey(team, "s"));

    private Process Start(long team, string files) => Cli.Start(_directory.Path, null, Arguments(team, files));

    private Task<CliResult> LoadAsync(long team, string files, params string[] more) =>
        Cli.RunAsync(_directory.Path, Arguments(team, files, more));

    private static string[] Arguments(long team, string files, params string[] more) =>
        ["load", "--team", $"{team}", "--schema", "s", files, .. more];

    private static async Task FirstLineAsync(Process load) => Assert.StartsWith("Run ", await load.StandardOutput.ReadLineAsync(Ct));

    private static async Task ExpectSuccessAsync(Process load)
    {
        var (output, error) = (load.StandardOutput.ReadToEndAsync(Ct), load.StandardError.ReadToEndAsync(Ct));
        await load.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromMinutes(2), Ct);
        Expect(new CliResult(load.ExitCode, await output, await error), 0, "The rows are in");
    }

    private static void Expect(CliResult result, int exitCode, params string[] said)
    {
        var all = result.Output + result.Error;
        Assert.True(exitCode == result.ExitCode, $"Expected exit code {exitCode}, got {result.ExitCode}.\n{all}");
        Assert.All(said, s => Assert.Contains(s, all, StringComparison.Ordinal));
    }
}
