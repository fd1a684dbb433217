using System.CommandLine;
using System.Net;
using OrleansBatch.Embedded;
using OrleansBatch.Silo.Demo;
using OrleansBatch.Silo.Health;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;
using OrleansBatch.Silo.Loading;
using Spectre.Console;

namespace OrleansBatch.Silo.Commands;

// demo: shows the whole path of batches at work on this machine.
internal static class DemoCommand
{
    private static readonly Option<bool> _exit = new("--exit") { Description = "End after the report instead of serving on." };
    private static readonly Option<string> _samples = new("--samples")
    {
        Description = "Directory of the sample files.",
        DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "samples"),
        HelpName = "directory",
    };

    private static readonly Option<int> _httpPort = SiloOptions.Port("--http-port", 8088, "Port of health and metrics, on the loopback.");

    public static Command Create()
    {
        var command = new Command("demo", "Starts a silo, loads the sample flights of several teams at once, and queries the result.")
        {
            _exit, _samples, _httpPort, SiloOptions.Lake,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var console = AnsiConsole.Console;
        var (exit, samples) = (parsed.GetValue(_exit), parsed.GetValue(_samples)!);
        var found = DemoSamples.Find(samples);
        var port = parsed.GetValue(_httpPort);
        await using var health = exit ? null : await HealthServer.StartAsync(IPAddress.Loopback, port, tokenFile: null, ct);
        await using var database = await DatabaseHandle.OpenAsync(parsed.GetConnection(), ct);
        await using var source = Database.Pool(database, "demo");
        await Database.MigrateAsync(source, ct);
        var lakes = await LakeChoice.MakeAsync(database, source, [BuiltInSinks.DuckDb], parsed.GetValue(SiloOptions.Lake), ct);
        console.MarkupLine(database.IsEmbedded ? "A private Postgres runs under [bold].orleansbatch[/]." : "Postgres is there.");
        await using var follower = await DemoFollower.AddAsync(source, ct);
        string[] sinks = follower is null
            ? [BuiltInSinks.DuckDb]
            : [BuiltInSinks.DuckDb, BuiltInSinks.Probe];
        var settings = new SiloSettings
        {
            ConnectionString = database.ConnectionString,
            Sinks = sinks,
            Lakes = lakes,
            InputRoots = [samples],
            Verbose = parsed.GetValue(GlobalOptions.Verbose),
            Quiet = true,
            JoinsCluster = false,
            SiloPort = FreePort.Find(),
            GatewayPort = FreePort.Find(),
        };
        await using (var silo = await RunningSilo.StartAsync(settings, ct))
        {
            health?.Watch(silo.Health);
            var batches = found.Sum(f => f.Files.Count);
            console.MarkupLineInterpolated(
                $"A silo serves the sinks {string.Join(" and ", sinks)}; {batches} batches of {found.Count} groups are enqueued.");
            var inspected = found.Select(f => (f.Group, Files: RunLoader.Inspect(f.Files))).ToList();
            var runs = new List<LoadedRun>();
            foreach (var (group, files) in inspected)
            {
                // A full refresh makes the demo show the same however often it is run.
                var call = new LoadCall { Group = group, SyncType = SyncType.FullRefresh, PrimaryKeys = [], Files = files };
                runs.Add(await new RunLoader(source).EnqueueAsync(call, Guid.CreateVersion7(), ct));
            }

            var outcomes = await new RunWatcher(source, console).WatchAsync(runs, ct);
            OutcomeTable.Write(console, outcomes);
            OutcomeTable.WriteErrors(Console.Error, outcomes);
            if (follower is not null)
            {
                var recorded = await follower.WaitAsync([.. runs.Select(r => r.RunId)], TimeSpan.FromSeconds(10), ct);
                console.MarkupLineInterpolated(
                    $"The sink probe, which follows duckdb, recorded {recorded} batches, each after duckdb had applied it.");
            }

            await new QueueInspector(source).WaitUntilLeftAsync(TimeSpan.FromSeconds(10), ct);
            LakeReport.Write(console, lakes.DuckDb!, [.. found.Select(f => f.Group)]);
            if (!outcomes.All(o => o.Succeeded))
            {
                return ExitCodes.Failed;
            }

            if (!exit)
            {
                var link = $"http://127.0.0.1:{port}/health/ready";
                console.MarkupLineInterpolated(
                    $"Serving on; health at {link}. Look with \"orleansbatch status\"; Ctrl+C ends it.");
                await Task.Delay(Timeout.InfiniteTimeSpan, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return ExitCodes.Ok;
    }
}
