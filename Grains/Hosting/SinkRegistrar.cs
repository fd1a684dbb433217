using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Hosting;

/// <summary>Writes the served sinks into the database and learns their numbers, before the silo starts to poll.</summary>
internal sealed partial class SinkRegistrar(
    EngineDataSources sources, SinkNames names, SinkSet sinks, IServiceProvider services, IOptions<OrleansBatchOptions> options,
    ILogger<SinkRegistrar> logger) : IHostedService
{
    private static readonly Statement RegisterSink = Statement.Load("register_sink");
    private static readonly Statement RegisterSilo = Statement.Load("register_silo");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await sources.Intake.OpenConnectionAsync(cancellationToken);
        var served = new List<ServedSink>();
        foreach (var name in names.Names.Distinct(StringComparer.Ordinal))
        {
            var sink = services.GetKeyedService<IBatchSink>(name)
                ?? throw new InvalidOperationException($"There is no sink named \"{name}\": register it, or name one that is.");
            served.Add(new ServedSink(await RegisterAsync(connection, name, cancellationToken), name, sink));
        }

        sinks.Fill(served);
        await using (var register = RegisterSilo.On(connection, options.Value.SiloName, sinks.Ids))
        {
            await register.ExecuteNonQueryAsync(cancellationToken);
        }

        LogServing(logger, string.Join(", ", served.Select(s => s.Name)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<short> RegisterAsync(Npgsql.NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            var id = await RegisterSink.On(connection, name).FirstAsync(r => r.GetInt16(0), cancellationToken);
            if (id != 0)
            {
                return id;
            }
        }
    }

    [LoggerMessage(400, LogLevel.Information, "This silo serves the sinks {Sinks}.")]
    static partial void LogServing(ILogger logger, string sinks);
}
