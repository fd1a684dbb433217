using System.Diagnostics;
using System.Globalization;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Commands;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// The commands that README.md and docs/ show work: each is run as it stands there, and an untested one is found.
public sealed class ShownCommandsTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private const string Incoming = "/data/incoming";

    private static readonly string[] _loads =
    [
        "./orleansbatch load --team 1 --schema orders 2026-01-*.parquet",
        "./orleansbatch load --team 1 --schema customers --sync-type incremental --primary-key id customers.parquet",
        "./orleansbatch status",
    ];

    private static readonly string[] _changes =
    [
        "./orleansbatch load --team 7 --schema customers --sync-type cdc --primary-key id --operation __op --sequence __lsn"
            + " changes-*.parquet",
    ];

    private static readonly string[] _serves =
    [
        "./orleansbatch serve --connection \"Host=db;Database=queue;Username=ob;Passfile=/etc/ob/pgpass\" --roots /data/incoming",
        "./orleansbatch serve --connection \"Host=db;Database=queue;Username=ob;Passfile=/etc/ob/pgpass\" --sinks duckdb"
            + " --roots /data/incoming",
        "./orleansbatch serve --connection \"...\" --sinks duckdb --roots /data/incoming"
            + "    --silo-port 11112 --gateway-port 30001 --http-port 8089",
    ];

    private static readonly string[] _operating =
    [
        "./orleansbatch doctor", "./orleansbatch runs --state failed", "./orleansbatch pause 7 --reason \"...\"",
        "./orleansbatch evict 7/orders",
    ];

    private static readonly string[] _drills =
    [
        "./orleansbatch drill",
        "./orleansbatch drill --seconds 600 --silos 3 --seed 7",
        "./orleansbatch drill --seconds 30 --lifetime 3 --faults kill,freeze --json",
        "./orleansbatch drill --sink delta",
    ];

    // DemoTests runs the demo, and ./test runs these tests.
    private static readonly string[] _elsewhere =
    [
        "./demo --exit", "./test", "./test", "./test --filter \"FullyQualifiedName~CandidatesTests\"",
    ];

    private readonly TempDirectory _directory = new();
    private readonly ParquetFixture _parquet = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _parquet.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Every_command_shown_is_run_by_a_test()
    {
        // OperationsTests runs all commands of its page.
        string[] known = [.. _loads, .. _changes, .. _serves, .. DeltaPageTests.Commands, .. _operating, .. _drills, .. _elsewhere];

        Assert.Equal(known.Order(), ShownCommands.Pages().Where(p => p != "docs/operations.md").SelectMany(ShownCommands.Lines).Order());
        Assert.Equal(OperationsTests.Lines(), ShownCommands.Lines("docs/operations.md"));
    }

    [Fact]
    public async Task Every_command_in_the_text_is_one_that_the_program_understands()
    {
        var shown = ShownCommands.Pages().SelectMany(ShownCommands.InText).Distinct().ToList();

        Assert.NotEmpty(shown);
        var calls = shown.Where(
            l => l is not ("./orleansbatch" or "orleansbatch") && !l.StartsWith("./test", StringComparison.Ordinal));
        foreach (var line in calls)
        {
            var words = await ShellWords.OfAsync(line);
            string[] arguments = [.. words[0] == "./demo" ? ["demo"] : Array.Empty<string>(), .. words.Skip(1)];

            var wrong = UsageError.Of(CommandLine.CreateRoot(CommandLine.CreateVerbs()).Parse(arguments));

            Assert.True(wrong is null, $"{line}: {wrong}");
        }
    }

    [Fact]
    public async Task Loading_does_what_the_README_says()
    {
        foreach (var name in new[] { "2026-01-01", "2026-01-02", "customers" })
        {
            File.Copy(_parquet.Write($"{name}.parquet", "SELECT range AS id FROM range(10)"), _directory.Combine($"{name}.parquet"));
        }

        foreach (var line in _loads)
        {
            var result = await RunAsync(line);

            Assert.True(result.ExitCode == 0, $"{line}: exit code {result.ExitCode}.\n{result.Output}{result.Error}");
        }

        var lake = new Lake(_directory.Combine("lake"));
        Assert.Equal((20, 10), (lake.CountRows(new GroupKey(1, "orders")), lake.CountRows(new GroupKey(1, "customers"))));
    }

    [Fact]
    public async Task Loading_change_events_does_what_the_page_says()
    {
        File.Copy(
            _parquet.Write("changes-0.parquet", "SELECT 'c' AS __op, range AS __lsn, range AS id FROM range(10)"),
            _directory.Combine("changes-0.parquet"));
        File.Copy(
            _parquet.Write("changes-1.parquet", "SELECT 'd' AS __op, 99 AS __lsn, 3 AS id"), _directory.Combine("changes-1.parquet"));

        var result = await RunAsync(Assert.Single(_changes));

        Assert.True(result.ExitCode == 0, $"Exit code {result.ExitCode}.\n{result.Output}{result.Error}");
        Assert.Equal(9, new Lake(_directory.Combine("lake")).CountRows(new GroupKey(7, "customers")));
    }

    // The command gets the test's database and directory, and free ports.
    [Fact]
    public async Task Silos_serve_as_the_pages_say()
    {
        var silos = new List<ServedSilo>();
        try
        {
            foreach (var line in _serves)
            {
                var words = (await ShellWords.OfAsync(line)).Skip(1).ToList();
                Assert.Equal(["serve", "--connection"], words.Take(2));
                var rest = words.Skip(3).Select(w => w == Incoming ? _parquet.Directory : w).ToList();
                var at = rest.IndexOf("--silo-port");
                string[] ports = at < 0 ? ServedSilo.NewPorts() : [.. rest[at..]];
                var free = ServedSilo.NewPorts();
                for (var i = 1; i < ports.Length; i += 2)
                {
                    ports[i] = free[Array.IndexOf(free, ports[i - 1]) + 1];
                }

                silos.Add(await ServedSilo.StartAsync(
                    _directory.Path, Database.ConnectionString, $"silo-{silos.Count}", ports, [.. at < 0 ? rest : rest[..at]]));
            }

            await Eventually.EqualsAsync(
                (long)_serves.Length,
                () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.serving_silo WHERE sink = 'duckdb'"),
                TimeSpan.FromSeconds(30), "all serve the sink");
        }
        finally
        {
            silos.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task What_an_operator_types_first_is_understood()
    {
        await Database.AddSinkAsync("duckdb");
        await Database.EnqueueAsync(7, "orders", Guid.NewGuid(), 0);
        using var cli = new OperatorCli(Database);
        foreach (var line in _operating)
        {
            var result = await cli.ShellAsync(line);

            // The doctor finds that no silo serves, and without a silo nobody can be evicted.
            var expected = line.Contains("doctor", StringComparison.Ordinal) || line.Contains("evict", StringComparison.Ordinal) ? 1 : 0;
            Assert.True(expected == result.ExitCode, $"{line}: exit code {result.ExitCode}.\n{result.Output}{result.Error}");
        }
    }

    [Fact]
    public async Task The_drills_begin_and_can_be_interrupted() => await Task.WhenAll(_drills.Select(async (line, index) =>
    {
        var words = await ShellWords.OfAsync(line);
        var temporary = Directory.CreateDirectory(_directory.Combine($"{index}")).FullName;
        File.SetUnixFileMode(temporary, File.GetUnixFileMode(_directory.Path));
        using var process = Cli.Start(
            _directory.Path, new Dictionary<string, string> { ["TMPDIR"] = temporary }, [.. words.Skip(1)]);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await Eventually.UntilAsync(
            () => Task.FromResult(process.HasExited || Directory.EnumerateDirectories(temporary, "orleansbatch-drill-*").Any()),
            TimeSpan.FromSeconds(60),
            $"{line} begins");
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(Ct);
        Assert.True(process.ExitCode == 130, $"{line}: exit code {process.ExitCode}.\n{await output}{await error}");
    }));

    private async Task<CliResult> RunAsync(string line) =>
        await Cli.RunAsync(_directory.Path, [.. (await ShellWords.OfAsync(line)).Skip(1)]);
}
