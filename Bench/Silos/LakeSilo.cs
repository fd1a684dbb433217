using System.Globalization;
using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Bench.Work;

namespace OrleansBatch.Bench.Silos;

// A silo that writes a lake: what it applied a second, and the most memory that its process took.
internal static class LakeSilo
{
    private const double MostMegabytes = 300;

    public static string[] Arguments(string sink, string lake, string input) => ["--sinks", sink, "--lake", lake, "--roots", input];

    // Waits until what is there is applied, then measures what is enqueued.
    public static async Task<Outcome> DrainAsync(
        BenchContext bench, BenchDatabase database, BenchSilo silo, int batches, Func<Task> enqueue, CancellationToken ct)
    {
        var ended = await Drained.WaitAsync(database, bench.Options.Limit, ct);
        var since = await database.Queries.OneAsync("now", r => r.GetFieldValue<DateTimeOffset>(0), ct);
        await enqueue();
        ended = ended && await Drained.WaitAsync(database, bench.Options.Limit, ct);
        var applied = await Applied.ReadAsync(database, ct, since);
        return ended && applied.Batches == batches
            ? new Outcome(applied.Rate, PeakMegabytes(silo.Pid))
            : throw new InvalidOperationException($"Only {applied.Batches} of {batches} batches were applied.");
    }

    public static Figure Memory(string scenario, List<double> megabytes) => new()
    {
        Scenario = scenario,
        Case = "the silo's process",
        Measure = "most resident memory",
        Unit = "MB",
        Runs = megabytes,
        Target = new Bar { AtMost = MostMegabytes },
    };

    // https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
    private static double PeakMegabytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000;
    }

    internal sealed record Outcome(double Rate, double PeakMegabytes);
}
