using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using OrleansBatch.Embedded;

namespace OrleansBatch.Bench.Cluster;

// https://www.postgresql.org/docs/current/pgbench.html
internal sealed partial class PgBench
{
    private readonly string _program;
    private readonly string _directory;
    private readonly string _connection;

    private PgBench(string program, string directory, string connection) =>
        (_program, _directory, _connection) = (program, directory, connection);

    public static PgBench? TryFind(string folder, string directory, string connectionString)
    {
        var program = Path.Combine(folder, "pgbench");
        if (!File.Exists(program))
        {
            return null;
        }

        // The password goes into a file, because everybody sees a program's arguments.
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var passwords = Path.Combine(directory, "pgbench.pass");
        ClusterDirectory.WritePrivate(passwords, $"*:*:*:*:{server.Password}\n");
        return new PgBench(
            program, directory,
            $"host={server.Host} port={server.Port} user={server.Username} dbname={server.Database} sslmode=disable "
            + $"passfile='{passwords}'");
    }

    public async Task<double> RunAsync(string statement, int clients, TimeSpan time, CancellationToken ct)
    {
        var script = Path.Combine(_directory, $"{statement}.pgbench");
        await File.WriteAllTextAsync(script, BenchQueries.Text($"{statement}.pgbench"), ct);
        var result = await ChildProcess.RunAsync(
            [
                _program, "--no-vacuum", "--protocol=prepared", $"--file={script}", $"--client={clients}",
                $"--jobs={Math.Min(clients, Environment.ProcessorCount)}", $"--time={Math.Max(1, (int)time.TotalSeconds)}", _connection,
            ],
            time + TimeSpan.FromSeconds(60), ct);
        var match = Rate().Match(result.Output);
        return result.ExitCode == 0 && match.Success
            ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench failed: {result.LastLine}");
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();
}
