using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Recovery;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;
using OrleansBatch.Grains.Tenures;

namespace OrleansBatch.Grains.Hosting;

/// <summary>Adds the engine to a silo.</summary>
public static class OrleansBatchSiloBuilderExtensions
{
    private static readonly TimeSpan _orleansStop = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Adds the engine. The sinks are keyed <c>IBatchSink</c> services of the host, and the silo needs a reminder service.
    /// </summary>
    /// <param name="silo">The silo to add to.</param>
    /// <param name="connectionString">The database, migrated already.</param>
    /// <param name="sinks">The names of the sinks that this silo serves.</param>
    public static ISiloBuilder AddOrleansBatch(this ISiloBuilder silo, string connectionString, IReadOnlyList<string> sinks)
    {
        var services = silo.Services;
        services.AddOptions<OrleansBatchOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<OrleansBatchOptions>, OrleansBatchOptionsValidator>();
        services.AddSingleton<IValidateOptions<OrleansBatchOptions>, TcpConnectionValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new EngineConnection(connectionString));
        services.AddSingleton(new SinkNames(sinks));
        services.AddSingleton<EngineDataSources>();
        services.AddSingleton<BootClock>();
        services.AddSingleton<SessionSet>();
        services.AddSingleton<GroupSlots>();
        services.AddSingleton(p => new GroupDrain(
            p.GetRequiredService<GroupSlots>(), p.GetRequiredService<EngineHealth>(), p.GetRequiredService<IOptions<OrleansBatchOptions>>(),
            p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<FairShare>();
        services.AddSingleton(p => new LocalGroups(p.GetRequiredService<TimeProvider>(), Random.Shared));
        services.AddSingleton<ExclusiveRun>();
        services.AddSingleton<WindowSizes>();
        services.AddSingleton<UpkeepSlot>();
        services.AddSingleton<SinkSet>();
        services.AddSingleton(p => new SinkThreads(p.GetRequiredService<IOptions<OrleansBatchOptions>>().Value.Slots));
        services.AddSingleton<OrleansBatchInstruments>();
        services.AddSingleton<TeamInstruments>();
        services.AddSingleton<QueueInstruments>();
        services.AddSingleton(p => new EngineHealth(
            p.GetRequiredService<TimeProvider>(), p.GetRequiredService<IOptions<OrleansBatchOptions>>()));
        services.AddSingleton<DatabaseOutage>();
        services.AddSingleton<TroubleLog>();
        services.AddSingleton<LastOutage>();
        services.AddSingleton<IRunEndListener, RunEndNudge>();
        services.AddSingleton<RunNotifier>();
        services.AddSingleton<ITenureHost, TenureHost>();
        services.AddSingleton<TenureFactory>();
        services.AddSingleton<Retention>();
        services.AddSingleton<SinkSeeding>();
        services.AddSingleton<RunStranding>();
        services.AddSingleton<ForgottenGroups>();
        services.AddSingleton<ResumedGroups>();
        services.AddSingleton<UpkeepSweep>();
        services.AddSingleton<NotReadySweep>();
        services.AddSingleton<QueueSampler>();
        silo.AddGrainDirectory(LocalOnlyGrainDirectory.Name, (_, _) => new LocalOnlyGrainDirectory());

        // A silo that was killed keeps a new one from joining until its sign of life in the table is old: 15 s instead of 90. The sign of
        // life only says whom to probe; nobody is declared dead by it.
        silo.Configure<ClusterMembershipOptions>(o => o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5));
        silo.Configure<GrainCollectionOptions>(o => o.DeactivationTimeout = TimeSpan.FromSeconds(10));

        // One budget for the whole stop: draining, cancelling what is left, and Orleans' own.
        services.AddOptions<HostOptions>().PostConfigure<IOptions<OrleansBatchOptions>>(
            (host, o) => host.ShutdownTimeout = o.Value.DrainTimeout + _orleansStop);

        services.AddHostedService<SessionCheckService>();

        // The services stop in the reverse order: first no more polls, then the groups, then Orleans.
        services.AddHostedService<SinkRegistrar>();
        services.AddHostedService<RecoveryScheduler>();
        services.AddHostedService<GroupDrainService>();
        services.AddHostedService<PollerService>();
        return silo;
    }
}
