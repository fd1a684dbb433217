using System.CommandLine;
using System.Net;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Silo.Health;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Hosting.Network;
using OrleansBatch.Silo.Loading;

namespace OrleansBatch.Silo.Commands;

// serve: runs a silo until a signal stops it.
internal static class ServeCommand
{
    private static readonly Option<string?> _address = new("--address")
    {
        Description = "Address of this host that other silos and clients reach this one at; default: the one towards the database.",
        HelpName = "address",
    };

    private static readonly Option<int> _siloPort = SiloOptions.Port("--silo-port", 11111, "Port that other silos reach this one at.");
    private static readonly Option<int> _gatewayPort = SiloOptions.Port(
        "--gateway-port", 30000, "Port that Orleans clients reach this silo at.");

    private static readonly Option<string?> _httpAddress = new("--http-address")
    {
        Description = "Address that health and metrics answer at, 0.0.0.0 for all; default: the loopback.",
        HelpName = "address",
    };

    private static readonly Option<int> _httpPort = SiloOptions.Port("--http-port", 8088, "Port of health and metrics.");
    private static readonly Option<TimeSpan> _wait = WaitOption.Create();
    private static readonly Option<string[]> _sinks = new("--sinks")
    {
        Description = "Sinks this silo serves: duckdb, delta, probe; separated by commas, or once for each.",
        CustomParser = NameList.Parse,
        DefaultValueFactory = _ => [BuiltInSinks.DuckDb],
        HelpName = "name",
    };

    public static Command Create()
    {
        var command = new Command("serve", "Runs a silo until it is stopped: groups finish their current batch first.")
        {
            _address, _siloPort, _gatewayPort, _httpAddress, _httpPort, _wait, _sinks, SiloOptions.Slots, SiloOptions.Lake,
            SiloOptions.Roots,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var sinks = parsed.GetValue(_sinks)!;
        if (sinks.Except(BuiltInSinks.All, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new StartupException(
                $"There is no sink named \"{unknown}\": this program has {string.Join(", ", BuiltInSinks.All)}.", ExitCodes.BadInput);
        }

        var network = Configured.Read(
            new ConfigurationBuilder().AddEnvironmentVariables().Build(), OrleansBatchOptions.Section, new NetworkOptions());
        var http = new IPEndPoint(HttpAddress.Of(parsed.GetValue(_httpAddress) ?? network.HttpAddress), parsed.GetValue(_httpPort));
        await using var health = await HealthServer.StartAsync(http.Address, http.Port, network.HttpTokenFile, ct);
        var wait = new DatabaseWait(parsed.GetValue(_wait), e => ErrorText.For(e).Message, Say, TimeProvider.System);
        var (database, silo) = await wait.RunAsync(() => StartAsync(parsed, network, sinks, Say, ct), ct);
        await using var _ = database;
        await using (silo)
        {
            health.Watch(silo.Health);
            silo.Say(
                $"Serving {string.Join(", ", sinks)} as silo {silo.Name} at {silo.EndPoint}; "
                + $"health at {HttpAddress.Shown(http)}/health/ready. Ctrl+C stops it in order.");
            if (await silo.WaitForDeathAsync(ct) is { } death)
            {
                await Console.Error.WriteLineAsync($"{death} Its groups finish their batches and go on elsewhere. Start it again.");
                await silo.AbandonAsync();
                return ExitCodes.Restart;
            }

            silo.Say("Stopping: groups finish their current batch; a second signal cancels it, a third ends the program at once.");
        }

        return ExitCodes.Ok;

        void Say(string reason)
        {
            health.SayStarting(reason);
            Console.Error.WriteLine(reason);
        }
    }

    private static async Task<(DatabaseHandle Database, RunningSilo Silo)> StartAsync(
        ParseResult parsed, NetworkOptions network, string[] sinks, Action<string> say, CancellationToken ct)
    {
        var database = await DatabaseHandle.OpenAsync(parsed.GetConnection(), ct);
        try
        {
            // The check comes before anything is written: a migration, too, may fail behind a pooler, and would not say why.
            await SessionCheck.RunAsync(database.ConnectionString, ct);
            if (DatabaseTrust.WarningFor(database.ConnectionString) is { } warning)
            {
                await Console.Error.WriteLineAsync($"warning: {warning}");
            }

            await using var source = Database.Pool(database, "migrate");
            await Database.MigrateAsync(source, ct);
            var settings = new SiloSettings
            {
                ConnectionString = database.ConnectionString,
                Sinks = sinks,
                Slots = parsed.GetValue(SiloOptions.Slots),
                Address = await AdvertisedAddress.ChooseAsync(parsed.GetValue(_address) ?? network.Address, database.ConnectionString, ct),
                SiloPort = parsed.GetValue(_siloPort),
                GatewayPort = parsed.GetValue(_gatewayPort),
                Tls = network.Tls,
                Lakes = await LakeChoice.MakeAsync(database, source, sinks, parsed.GetValue(SiloOptions.Lake), ct),
                InputRoots = parsed.GetValue(SiloOptions.Roots)!,
                Say = say,
                Verbose = parsed.GetValue(GlobalOptions.Verbose),
            };
            return (database, await RunningSilo.StartAsync(settings, ct));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }
}
