using System.Reflection;
using System.Runtime.InteropServices;
using Npgsql;
using OrleansBatch.Bench.Cluster;
using OrleansBatch.Embedded;

namespace OrleansBatch.Bench.Report;

// The machine and its software: the first line of every output.
internal sealed record Machine
{
    public string Kind { get; } = "machine";

    public required DateTimeOffset At { get; init; }

    public required int Cores { get; init; }

    public required double MemoryGigabytes { get; init; }

    public required string Cpu { get; init; }

    public required string System { get; init; }

    // The file system that the database is on.
    public required string Storage { get; init; }

    // The load averages before the first run, where the system tells them: other programs may disturb the figures.
    public required string? LoadAverage { get; init; }

    public required string Dotnet { get; init; }

    public required string Orleans { get; init; }

    public required string Npgsql { get; init; }

    public required IReadOnlyDictionary<string, string> Postgres { get; init; }

    public required string? Revision { get; init; }

    public required int Runs { get; init; }

    public required double Scale { get; init; }

    public required bool Quick { get; init; }

    public static async Task<Machine> LookAsync(BenchCluster cluster, string directory, BenchOptions options, CancellationToken ct) => new()
    {
        At = TimeProvider.System.GetUtcNow(),
        Cores = Environment.ProcessorCount,
        MemoryGigabytes = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9, 1),
        Cpu = FirstLine("/proc/cpuinfo", "model name")?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString(),
        System = RuntimeInformation.OSDescription,
        Storage = new DriveInfo(directory).DriveFormat,
        LoadAverage = FirstLine("/proc/loadavg", ""),
        Dotnet = Environment.Version.ToString(),
        Orleans = VersionOf(typeof(GrainId).Assembly),
        Npgsql = VersionOf(typeof(NpgsqlConnection).Assembly),
        Postgres = await cluster.SettingsAsync(ct),
        Revision = await RevisionAsync(ct),
        Runs = options.Runs,
        Scale = options.Scale,
        Quick = options.Quick,
    };

    private static string? FirstLine(string file, string begin) =>
        File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith(begin, StringComparison.Ordinal)) : null;

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private static async Task<string?> RevisionAsync(CancellationToken ct)
    {
        var git = await ChildProcess.RunAsync(
            ["git", "-C", Environment.CurrentDirectory, "describe", "--always", "--dirty"], TimeSpan.FromSeconds(10), ct);
        return git.ExitCode == 0 ? git.Output.Trim() : null;
    }
}
