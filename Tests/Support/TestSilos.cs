using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using OrleansBatch.Grains.Hosting;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Sinks.Probe;

namespace OrleansBatch.Tests.Support;

// Silos in this process, on a real Postgres. Each has a name of its own, so that tests can tell whose connections are whose.
public sealed class TestSilos : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private TestSilos(InProcessTestCluster cluster, string prefix, RecordingLogs log) => (_cluster, Prefix, Log) = (cluster, prefix, log);

    public string Prefix { get; }

    public RecordingLogs Log { get; }

    public IClusterClient Client => _cluster.Client;

    public IReadOnlyList<InProcessSiloHandle> Handles => [.. _cluster.Silos];

    // Through names another way to the same database, such as a proxy's. Serves names the sinks, which a test adds as services itself.
    public static async Task<TestSilos> StartAsync(
        QueueDatabase database, int count = 1, Action<OrleansBatchOptions>? configure = null, IBatchSink? sink = null,
        string? through = null, Action<ISiloBuilder>? add = null, string[]? serves = null)
    {
        var connectionString = through ?? database.ConnectionString;
        var prefix = $"t{TestIds.NextTeam()}-";
        var builder = new InProcessTestClusterBuilder((short)count);
        builder.Options.ConfigureFileLogging = false;
        var log = new RecordingLogs();
        builder.ConfigureSiloHost((_, host) => host.Logging.ClearProviders().AddProvider(log));
        builder.ConfigureClientHost(host => host.Logging.ClearProviders());
        builder.ConfigureSilo((options, silo) =>
        {
            var name = prefix + options.SiloName;
            silo.UseInMemoryReminderService();
            silo.Services.AddProbeSink(connectionString, name, 4);
            if (sink is not null)
            {
                silo.Services.AddKeyedSingleton(RecordingSink.Name, sink);
            }

            silo.Services.AddOptions<OrleansBatchOptions>().Configure(o =>
            {
                o.SiloName = name;
                o.BackoffBase = TimeSpan.FromMilliseconds(50);
                o.BackoffCap = TimeSpan.FromMilliseconds(100);
                o.PollOverdueAfter = TimeSpan.FromHours(1); // The limit allows whatever time-outs a test chooses.
                configure?.Invoke(o);
            });
            silo.AddOrleansBatch(connectionString, serves ?? [sink is null ? ProbeSinkRegistration.Name : RecordingSink.Name]);
            add?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new TestSilos(cluster, prefix, log);
    }

    public string NameOf(InProcessSiloHandle silo) => Prefix + silo.Name;

    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
