using System.Globalization;
using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Scenarios;
using OrleansBatch.Drill;
using Spectre.Console;

namespace OrleansBatch.Bench;

// Measures the chosen scenarios one after the other on one private Postgres. Nothing of it is left behind, also after a cancellation.
internal static class BenchRun
{
    public static IReadOnlyList<IScenario> Scenarios { get; } =
    [
        new DrainScenario(), new LatencyScenario(), new EnqueueScenario(), new PollScenario(), new FairnessScenario(),
        LoadScenario.OfDuckDb,
        new ChecksumsScenario(), LoadScenario.OfDelta, new DeltaCommitScenario(),
        new DeltaSmallScenario("delta-small", "small batches into Delta tables, by windows and one by one", 20_000, 100, 10, onS3: false),
        new DeltaSmallScenario("delta-s3", "batches into Delta tables on S3, by windows and one by one", 2_000, 1_000, 8, onS3: true),
        new DeltaOpenScenario(), new DeltaMergeScenario(),
        new ScaleScenario(), new IdleScenario(), new SnapshotScenario(),
    ];

    public static async Task RunAsync(BenchOptions options, IReadOnlyList<IScenario> chosen, CancellationToken ct)
    {
        var start = TimeProvider.System.GetTimestamp();
        void Say(string line) => Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(start).TotalSeconds,7:0.0} s  {line}"));

        using var directory = DrillDirectory.Make(options.Keep, "orleansbatch-bench-", options.Directory);
        using var guard = new ChildGuard();
        await using var cluster = await BenchCluster.StartAsync(directory.Path, guard, ct);
        await using var lines = options.Json is { } file ? new StreamWriter(file, append: false) : null;
        var figures = new FigureLog(lines ?? Console.Out);
        await figures.WriteAsync(await Machine.LookAsync(cluster, directory.Path, options, ct));
        var reference = await ReferenceLoad.PrepareAsync(cluster, directory.Path, ct);
        var context = new BenchContext(options, cluster, reference, guard, directory.Path, figures, Say);
        foreach (var scenario in chosen)
        {
            Say($"{scenario.Name}: {scenario.What}");
            await scenario.RunAsync(context, ct);
        }

        if (Console.IsOutputRedirected)
        {
            // A file has no width, and the console would take that of the smallest terminal.
            AnsiConsole.Profile.Width = 200;
        }

        FigureTable.Write(AnsiConsole.Console, figures.All);
        if (options.Keep)
        {
            Say($"Kept: {directory.Path}");
        }
    }
}
