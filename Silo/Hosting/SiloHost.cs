using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Orleans.Configuration;
using OrleansBatch.Grains.Hosting;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Silo.Hosting.Membership;
using OrleansBatch.Silo.Hosting.Network;
using OrleansBatch.Sinks.Delta;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Sinks.Probe;

namespace OrleansBatch.Silo.Hosting;

/// <summary>Composes a silo: Orleans, the engine and the built-in sinks.</summary>
internal static class SiloHost
{
    // The limit of OrleansBatchOptions.SiloName.
    private const int LongestName = 40;

    private static readonly TimeSpan _tableRefresh = TimeSpan.FromSeconds(10);

    // A host that vanishes is declared dead after 16 s instead of 62 s. Groups do not wait for that; clients' calls do.
    private static readonly TimeSpan _probe = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _slowestProbe = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _joinLimit = TimeSpan.FromSeconds(60);

    public static IHost Build(SiloSettings settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddEnvironmentVariables();
        builder.Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        LogSettings.Configure(builder.Logging, builder.Configuration, settings);

        var options = Configured.Read(builder.Configuration, OrleansBatchOptions.Section, new OrleansBatchOptions());
        options.Slots = settings.Slots ?? options.Slots;
        options.SiloName = NameOf(settings, options.SiloName);
        builder.Services.AddOptions<OrleansBatchOptions>().BindConfiguration(OrleansBatchOptions.Section).Configure(o =>
        {
            o.SiloName = options.SiloName;
            o.Slots = options.Slots;
        });
        var probe = Configured.Read(builder.Configuration, "OrleansBatch:Probe", new ProbeSinkOptions());
        builder.Services.AddProbeSink(settings.ConnectionString, options.SiloName, Math.Max(1, options.Slots), probe);
        builder.Services.AddDuckDbSink(duckDb =>
        {
            Configured.Read(builder.Configuration, LakeSettings.DuckDbSection, duckDb);
            duckDb.LakeDirectory = settings.Lakes.DuckDb ?? duckDb.LakeDirectory;
            duckDb.InputRoots = RootsOf(settings, duckDb.InputRoots);
        });
        builder.Services.AddDeltaSink(delta =>
        {
            Configured.Read(builder.Configuration, LakeSettings.DeltaSection, delta);
            delta.Lake = settings.Lakes.Delta ?? delta.Lake;
            delta.InputRoots = RootsOf(settings, delta.InputRoots);
        });
        builder.UseOrleans(silo =>
        {
            ConfigureOrleans(silo, settings, options.SiloName);
            silo.AddOrleansBatch(settings.ConnectionString, settings.Sinks);
        });
        return builder.Build();
    }

    private static IList<string> RootsOf(SiloSettings settings, IList<string> configured) =>
        settings.InputRoots.Count > 0 ? [.. settings.InputRoots] : configured;

    // Silos are told apart by their names. A verb's silo gets a name of its own, even where the environment names all alike.
    private static string NameOf(SiloSettings settings, string configured)
    {
        var own = $"-{Environment.ProcessId}";
        return settings.JoinsCluster || configured.EndsWith(own, StringComparison.Ordinal) || configured.Length == 0
            ? configured
            : configured[..Math.Min(configured.Length, LongestName - own.Length)] + own;
    }

    private static void ConfigureOrleans(ISiloBuilder silo, SiloSettings settings, string siloName)
    {
        silo.Configure<Orleans.Configuration.SiloOptions>(o => o.SiloName = siloName);
        if (!settings.JoinsCluster)
        {
            silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort);
            silo.UseInMemoryReminderService();

            // Orleans stops 3 s later by default, so that its last messages reach other silos. A silo that stands alone has no others.
            silo.Configure<SiloMessagingOptions>(o => o.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.Zero);
            return;
        }

        // Orleans' own two connections are outside the engine's budget, and have an application name of their own.
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            ApplicationName = SessionRole.NameOn(SessionRole.Orleans, siloName),
            SearchPath = "orleans",
            MaxPoolSize = 2,
        });
        silo.Configure<ClusterOptions>(o =>
        {
            (o.ClusterId, o.ServiceId) = (LiveMember.Cluster, LiveMember.Cluster);
        });
        silo.Configure<EndpointOptions>(o =>
        {
            o.AdvertisedIPAddress = settings.Address;
            o.SiloPort = settings.SiloPort;
            o.GatewayPort = settings.GatewayPort;
        });
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            // A silo that is cut off learns of its death from the table alone, and joins again only after that.
            o.TableRefreshTimeout = _tableRefresh;
            o.ProbeTimeout = _probe;
            o.MaxProbeTimeout = _slowestProbe;
            o.MaxJoinAttemptTime = _joinLimit;
        });
        silo.Services.AddSingleton<SiloDeath>();
        silo.Services.AddSingleton(source);
        silo.Services.AddHostedService<PeerWatch>();
        silo.Services.AddHostedService<DifferenceNotes>();
        silo.Services.AddSingleton<IFatalErrorHandler>(p => p.GetRequiredService<SiloDeath>());
        silo.UseTls(settings.Tls);
        silo.UseAdoNetClustering(o =>
        {
            o.Invariant = "Npgsql";
            o.DataSource = source;
        });
        silo.UseAdoNetReminderService(o =>
        {
            o.Invariant = "Npgsql";
            o.DataSource = source;
        });
    }
}
