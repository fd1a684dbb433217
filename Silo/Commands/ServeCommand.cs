using System.CommandLine;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Silo.Health;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Loading;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Sinks.Probe;

namespace OrleansBatch.Silo.Commands;

// serve: runs a silo until a signal stops it.
internal static class ServeCommand
{
    private static readonly Option<int> _siloPort = SiloOptions.Port("--silo-port", 11111, "Port that other silos reach this one at.");
    private static readonly Option<int> _gatewayPort = SiloOptions.Port("--gateway-port", 30000, "Port that Orleans clients reach this silo at.");
    private static readonly Option<int> _httpPort = SiloOptions.Port("--http-port", 8088, "Port of health and metrics, on the loopback.");
    private static readonly Option<string[]> _sinks = new("--sinks")
    {
        Description = "Sinks this silo serves: duckdb, probe; separated by commas, or once for each.",
        CustomParser = NameList.Parse,
        DefaultValueFactory = _ => ["duckdb"],
        HelpName = "name",
    };

    private static readonly string[] _builtIn = [DuckDbSinkRegistration.SinkName, ProbeSinkRegistration.Name];

    public static Command Create()
    {
        var command = new Command("serve", "Runs a silo until it is stopped: groups finish their current batch first.")
        {
            _siloPort, _gatewayPort, _httpPort, _sinks, SiloOptions.Slots, SiloOptions.Lake, SiloOptions.Roots,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var sinks = parsed.GetValue(_sinks)!;
        if (sinks.Except(_builtIn, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new StartupException(
                $"There is no sink named \"{unknown}\": this program has {string.Join(" and ", _builtIn)}.", ExitCodes.BadInput);
        }

        var port = parsed.GetValue(_httpPort);
        await using var health = await HealthServer.StartAsync(port, ct);
        await using var database = await DatabaseHandle.OpenAsync(parsed.GetConnection(), ct);

        // The check comes before anything is written: a migration, too, may fail behind a pooler, and would not say why.
        await SessionCheck.RunAsync(database.ConnectionString, ct);
        string lake;
        await using (var source = Database.Pool(database, "migrate"))
        {
            await Database.MigrateAsync(source, ct);
            lake = await LakeChoice.MakeAsync(database, source, parsed.GetValue(SiloOptions.Lake), ct);
        }

        var settings = new SiloSettings
        {
            ConnectionString = database.ConnectionString,
            Sinks = sinks,
            Slots = parsed.GetValue(SiloOptions.Slots),
            SiloPort = parsed.GetValue(_siloPort),
            GatewayPort = parsed.GetValue(_gatewayPort),
            Lake = lake,
            InputRoots = parsed.GetValue(SiloOptions.Roots)!,
            Verbose = parsed.GetValue(GlobalOptions.Verbose),
        };
        await using (var silo = await RunningSilo.StartAsync(settings, ct))
        {
            health.Watch(silo.Health);
            Console.WriteLine(
                $"Serving {string.Join(", ", sinks)}; health at http://127.0.0.1:{port}/health/ready. Ctrl+C stops it in order.");
            await Task.Delay(Timeout.InfiniteTimeSpan, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Console.WriteLine("Stopping: groups finish their current batch; a second signal cancels it, a third ends the program at once.");
        }

        return ExitCodes.Ok;
    }
}
