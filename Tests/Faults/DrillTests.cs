using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using OrleansBatch.Silo;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// The drill as its users run it, one drill at a time. The bounds that a drill measures are judged with the slack of a busy machine.
[Trait("Length", "Long")]
public sealed class DrillTests : IDisposable
{
    // The time that a slow machine may take beyond a promised bound.
    private const double Slack = 8;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_drill_finds_no_broken_promise_and_says_what_it_checked()
    {
        var (exitCode, report) = await EndAsync(Start("--seconds", "14", "--fault-every", "2.5", "--seed", "42"));

        Assert.Equal(42, report.GetProperty("seed").GetInt32());
        Assert.True(report.GetProperty("faults").EnumerateObject().Sum(f => f.Value.GetInt32()) >= 3, $"{report}");
        Assert.All(report.GetProperty("promises").EnumerateArray(), promise => Assert.True(
            promise.GetProperty("name").GetString() == "takeover"
                || (promise.GetProperty("kept").GetBoolean() && promise.GetProperty("checked").GetInt64() > 0),
            $"{promise}"));
        Assert.All(
            report.GetProperty("takeovers").EnumerateArray().Where(t => t.GetProperty("bound").ValueKind == JsonValueKind.Number),
            t => Assert.InRange(t.GetProperty("p99").GetDouble(), 0, t.GetProperty("bound").GetDouble() + Slack));
        Assert.Equal(report.GetProperty("broken").GetInt32() == 0 ? ExitCodes.Ok : ExitCodes.Failed, exitCode);
    }

    [Fact]
    public async Task A_drill_with_tables_catches_silos_in_their_commits_and_finds_each_table_whole()
    {
        var (exitCode, report) = await EndAsync(Start(
            "--sink", "delta", "--seconds", "6", "--fault-every", "1", "--seed", "42", "--faults", "put,cursor", "--groups", "10"));

        Assert.All(report.GetProperty("promises").EnumerateArray(), promise => Assert.True(
            promise.GetProperty("name").GetString() == "takeover"
                || (promise.GetProperty("kept").GetBoolean() && promise.GetProperty("checked").GetInt64() > 0),
            $"{promise}"));
        Assert.Superset(
            new HashSet<string?> { "once in effect", "whole versions", "rising marks", "readable" },
            report.GetProperty("promises").EnumerateArray().Select(p => p.GetProperty("name").GetString()).ToHashSet());
        Assert.True(report.GetProperty("faults").EnumerateObject().Sum(f => f.Value.GetInt32()) >= 1, $"{report}");
        Assert.True(report.GetProperty("tables").GetProperty("rows").GetInt64() > 0, $"{report}");
        Assert.Equal(report.GetProperty("broken").GetInt32() == 0 ? ExitCodes.Ok : ExitCodes.Failed, exitCode);
    }

    [Fact]
    public async Task A_drill_whose_store_can_not_run_here_says_what_is_missing()
    {
        var bin = Directory.CreateDirectory(_directory.Combine("bin")).FullName;
        foreach (var program in new[] { "dotnet", "bash" })
        {
            File.CreateSymbolicLink(Path.Combine(bin, program), Environment.GetEnvironmentVariable("PATH")!.Split(':')
                .Select(folder => Path.Combine(folder, program)).First(File.Exists));
        }

        using var process = Cli.Start(
            _directory.Path, new Dictionary<string, string> { ["TMPDIR"] = _directory.Path, ["PATH"] = bin },
            "drill", "--sink", "delta", "--store", "s3");
        process.StandardInput.Close();
        var ct = TestContext.Current.CancellationToken;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        await output;

        Assert.Equal(ExitCodes.Environment, process.ExitCode);
        Assert.Contains("radosgw is missing: install radosgw", await error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sink_that_works_out_of_order_is_found_out()
    {
        using var process = Start("--seconds", "4", "--faults", "terminate");
        await SabotageAsync("""
            CREATE FUNCTION orleans_batch.lie() RETURNS trigger LANGUAGE plpgsql AS
              'BEGIN NEW.started_at := NEW.started_at - interval ''1 minute''; RETURN NEW; END';
            CREATE TRIGGER lie BEFORE INSERT ON orleans_batch.probe_ledger FOR EACH ROW EXECUTE FUNCTION orleans_batch.lie()
            """);
        var (exitCode, report) = await EndAsync(process);

        Assert.Equal(ExitCodes.Failed, exitCode);
        var broken = Assert.Single(report.GetProperty("promises").EnumerateArray(), p => !p.GetProperty("kept").GetBoolean());
        Assert.Equal("order", broken.GetProperty("name").GetString());
        Assert.Contains(
            "before an earlier entry ended", broken.GetProperty("broken")[0].GetProperty("seen").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_drill_leaves_neither_processes_nor_files_behind()
    {
        using var process = Start("--seconds", "600");
        await Eventually.UntilAsync(
            () => Task.FromResult(Directory.EnumerateFiles(_directory.Path, "silo-2.1.log", SearchOption.AllDirectories).Any()),
            _soon, "all silos are started");
        Assert.NotEmpty(Inside());

        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(_soon, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Interrupted, process.ExitCode);
        Assert.Empty(Inside());
        Assert.Empty(Directory.EnumerateDirectories(_directory.Path));
    }

    private Process Start(params string[] arguments) => Cli.Start(
        _directory.Path, new Dictionary<string, string> { ["TMPDIR"] = _directory.Path },
        ["drill", "--json", "--silos", "2", "--lifetime", "3", .. arguments]);

    private static async Task<(int ExitCode, JsonElement Report)> EndAsync(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode is ExitCodes.Ok or ExitCodes.Failed, await error);
        return (process.ExitCode, JsonDocument.Parse(await output).RootElement);
    }

    // The sabotage comes over the superuser of the drill's private Postgres, as soon as a silo has made the ledger.
    private async Task SabotageAsync(string sql)
    {
        await Eventually.UntilAsync(
            async () =>
            {
                try
                {
                    var root = Path.Combine(Directory.GetDirectories(_directory.Path, "orleansbatch-drill-*").Single(), "postgres");
                    await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
                    {
                        Host = "127.0.0.1",
                        Port = int.Parse(
                            (await File.ReadAllLinesAsync(Path.Combine(root, "data", "postmaster.pid")))[3], CultureInfo.InvariantCulture),
                        Username = "orleans_batch",
                        Password = (await File.ReadAllTextAsync(Path.Combine(root, "password"))).Trim(),
                        Database = "orleans_batch",
                        Pooling = false,
                    }.ConnectionString);
                    await connection.OpenAsync(TestContext.Current.CancellationToken);
                    await connection.ScalarAsync<object>(sql);
                    return true;
                }
                catch (Exception e) when (e is NpgsqlException or IOException or IndexOutOfRangeException or InvalidOperationException)
                {
                    return false;
                }
            },
            _soon, "the ledger is there");
    }

    // The processes that work in the drill's directory.
    private List<string> Inside() =>
        [.. Directory.EnumerateDirectories("/proc").Where(p => p[6..].All(char.IsAsciiDigit) && CurrentDirectory(p).StartsWith(
            _directory.Combine("orleansbatch-drill-"), StringComparison.Ordinal))];

    private static string CurrentDirectory(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
