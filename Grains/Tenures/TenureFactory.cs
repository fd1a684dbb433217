using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Recovery;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>What every tenure on this silo shares.</summary>
internal sealed class GroupServices(
    IOptions<OrleansBatchOptions> options,
    GroupSlots slots,
    LocalGroups groups,
    FairShare fairShare,
    ExclusiveRun exclusiveRun,
    WindowSizes windows,
    SessionSet sessions,
    SinkSet sinks,
    SinkThreads threads,
    EngineHealth health,
    DatabaseOutage outage,
    OrleansBatchInstruments instruments,
    IEnumerable<IBatchHook> batchHooks,
    NotifierNudge notifier,
    TimeProvider time,
    ILogger<Tenure> logger)
{
    public OrleansBatchOptions Options { get; } = options.Value;

    public GroupSlots Slots { get; } = slots;

    public LocalGroups Groups { get; } = groups;

    public FairShare FairShare { get; } = fairShare;

    public ExclusiveRun ExclusiveRun { get; } = exclusiveRun;

    public WindowSizes Windows { get; } = windows;

    public SessionSet Sessions { get; } = sessions;

    public SinkSet Sinks { get; } = sinks;

    public SinkThreads Threads { get; } = threads;

    public EngineHealth Health { get; } = health;

    public DatabaseOutage Outage { get; } = outage;

    public OrleansBatchInstruments Instruments { get; } = instruments;

    public IReadOnlyList<IBatchHook> BatchHooks { get; } = [.. batchHooks];

    public NotifierNudge Notifier { get; } = notifier;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;
}
