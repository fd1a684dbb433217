using System.Globalization;
using System.Text.RegularExpressions;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// The README's first command, as a process of its own with its private Postgres.
[Trait("Length", "Long")]
public sealed class DemoTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_demo_loads_every_sample_row_and_shows_the_same_when_it_is_run_again()
    {
        for (var time = 1; time <= 2; time++)
        {
            var result = await Cli.RunAsync(_directory.Path, "demo", "--exit");

            Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}");
            Assert.Contains("337,821 rows in 8 groups", result.Output, StringComparison.Ordinal);
            Assert.Equal(8, Regex.Count(result.Output, "succeeded"));
            Assert.Contains(
                "The sink probe, which follows duckdb, recorded 64 batches", Regex.Replace(result.Output, @"\s+", " "),
                StringComparison.Ordinal);
        }

        var samples = Path.Combine(Path.GetDirectoryName(Cli.Assembly)!, "samples");
        var lake = new Lake(_directory.Combine("lake"));
        foreach (var directory in Directory.EnumerateDirectories(samples).SelectMany(Directory.EnumerateDirectories))
        {
            var group = new GroupKey(
                long.Parse(Path.GetFileName(Path.GetDirectoryName(directory)!), CultureInfo.InvariantCulture), Path.GetFileName(directory));
            var expected = Directory.EnumerateFiles(directory).Sum(f => ParquetFile.Inspect(f).Rows);
            Assert.Equal(expected, lake.CountRows(group));
        }

        // The private Postgres has ended with the program.
        Assert.False(File.Exists(_directory.Combine(".orleansbatch", "postgres", "data", "postmaster.pid")));
    }
}
