using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Recovery;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Hosting;

/// <summary>Writes the served sinks into the database and learns their numbers, before the silo starts to poll.</summary>
internal sealed partial class SinkRegistrar(
    EngineDataSources sources, SinkNames names, SinkSet sinks, IServiceProvider services, OrleansBatchInstruments instruments,
    IOptions<OrleansBatchOptions> options, TimeProvider time, ILogger<SinkRegistrar> logger) : IHostedService
{
    private const int SeedingTries = 5;

    private static readonly TimeSpan _seedingPause = TimeSpan.FromMilliseconds(100);

    private static readonly Statement _registerSink = QueueStatements.Load("register_sink");
    private static readonly Statement _registerSilo = QueueStatements.Load("register_silo");
    private static readonly Statement _registerSiloSink = QueueStatements.Load("register_silo_sink");

    private static string ProgramVersion =>
        typeof(SinkRegistrar).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? string.Empty;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var found = names.Names.Distinct(StringComparer.Ordinal).Select(name => (Name: name, Sink: Find(name))).ToList();

        // A silo that is refused leaves nothing behind in the database.
        foreach (var sink in found.Select(f => f.Sink).OfType<ICheckedSink>())
        {
            await sink.CheckAsync(cancellationToken);
        }

        await using var connection = await sources.Intake.OpenConnectionAsync(cancellationToken);
        var served = new List<ServedSink>();
        foreach (var (name, sink) in found)
        {
            served.Add(new ServedSink(await RegisterAsync(connection, name, cancellationToken), name, sink));
        }

        sinks.Fill(served);
        served.ForEach(s => instruments.Serve(s.Name));
        await RegisterSiloAsync(connection, served, cancellationToken);
        LogServing(logger, string.Join(", ", served.Select(s => s.Name)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IBatchSink Find(string name) => services.GetKeyedService<IBatchSink>(name)
        ?? throw new InvalidOperationException($"There is no sink named \"{name}\": register it, or name one that is.");

    private async Task RegisterSiloAsync(NpgsqlConnection connection, List<ServedSink> served, CancellationToken cancellationToken)
    {
        var silo = options.Value.SiloName;
        await ExecuteAsync(
            _registerSilo.On(
                connection, silo, sinks.Ids, Environment.MachineName, Environment.ProcessId, ProgramVersion, options.Value.Slots),
            cancellationToken);
        foreach (var sink in served)
        {
            var description = (sink.Sink as IDescribedSink)?.Describe() ?? new SinkDescription();
            await ExecuteAsync(
                _registerSiloSink.On(
                    connection, silo, sink.Id, Argument.Of(description.Destination), description.InputRoots.ToArray(),
                    sink.Sink is IForgettingSink),
                cancellationToken);
        }
    }

    private static async Task ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task<short> RegisterAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var id = await _registerSink.On(connection, name, options.Value.SiloName).FirstAsync(r => r.GetInt16(0), cancellationToken);
        for (var tries = 1; !await SinkSeeding.TryAsync(connection, name, cancellationToken); tries++)
        {
            if (tries == SeedingTries)
            {
                LogNotSeeded(logger, name);
                break;
            }

            await Task.Delay(_seedingPause, time, cancellationToken);
        }

        return id;
    }

    [LoggerMessage(EventIds.SinksServed, LogLevel.Information, "This silo serves the sinks {Sinks}.")]
    static partial void LogServing(ILogger logger, string sinks);

    [LoggerMessage(
        EventIds.SinkNotSeeded, LogLevel.Information,
        "Sink {Sink} takes what is enqueued from now on. Transactions that are older than it are still open; "
        + "once they have ended, the sweep gives it the groups from before.")]
    static partial void LogNotSeeded(ILogger logger, string sink);
}
