using System.Text.Json;
using OrleansBatch.Silo;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// The bench as its users run it. The tests check that it runs and its output, never its speed.
[Trait("Length", "Long")]
public sealed class BenchTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_drain_prints_the_machine_and_its_throughput_beside_the_reference_of_the_same_run()
    {
        var lines = await MeasureAsync("drain", "--groups", "3", "--batches", "20");

        var figure = Assert.Single(lines, l => l.GetProperty("kind").GetString() == "figure");
        Assert.Equal("3 x 20", figure.GetProperty("case").GetString());
        Assert.Equal("batches/s", figure.GetProperty("unit").GetString());
        Assert.True(figure.GetProperty("median").GetDouble() > 0, $"{figure}");
        Assert.True(figure.GetProperty("reference").GetProperty("median").GetDouble() > 0, $"{figure}");
        Assert.Contains("UPDATE, 3 clients", figure.GetProperty("reference").GetProperty("name").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_latency_of_each_batch_is_known_though_nothing_is_written_while_it_is_measured()
    {
        var lines = await MeasureAsync("latency", "--scale", "0.01");

        var figures = lines.Where(l => l.GetProperty("kind").GetString() == "figure").ToList();
        Assert.Equal(["p50", "p99", "p50 from before the call"], figures.Select(f => f.GetProperty("measure").GetString()));
        Assert.All(figures, f => Assert.Equal(1, f.GetProperty("runs").GetArrayLength()));
        Assert.Equal(["<= 1.5", "<= 5", null], figures.Select(f => f.GetProperty("bar").GetString()));
    }

    [Fact]
    public async Task An_unknown_scenario_is_refused_with_those_there_are()
    {
        var result = await Cli.RunBenchAsync(_directory.Path, "speed");

        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains("drain, latency, enqueue", result.Error, StringComparison.Ordinal);
    }

    private async Task<List<JsonElement>> MeasureAsync(params string[] arguments)
    {
        var file = Path.Combine(_directory.Path, "figures.jsonl");
        var result = await Cli.RunBenchAsync(
            _directory.Path, [.. arguments, "--quick", "--json", file, "--directory", _directory.Path]);
        Assert.True(result.ExitCode == ExitCodes.Ok, result.Error);
        Assert.Contains(arguments[0], result.Output, StringComparison.Ordinal);

        var lines = (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken))
            .Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal("machine", lines[0].GetProperty("kind").GetString());
        Assert.Equal("on", lines[0].GetProperty("postgres").GetProperty("fsync").GetString());
        Assert.Equal("on", lines[0].GetProperty("postgres").GetProperty("synchronous_commit").GetString());
        Assert.Equal(Environment.ProcessorCount, lines[0].GetProperty("cores").GetInt32());

        // Database, silos and files are gone with the bench.
        Assert.Empty(Directory.EnumerateDirectories(_directory.Path, "orleansbatch-bench-*"));
        return lines;
    }
}
