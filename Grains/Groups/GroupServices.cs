using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Groups.Windows;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Recovery;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Groups;

/// <summary>What every tenure on this silo shares.</summary>
internal sealed class GroupServices(
    IOptions<OrleansBatchOptions> options,
    GroupSlots slots,
    LocalGroups groups,
    Turns turns,
    Solitude solitude,
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

    public Turns Turns { get; } = turns;

    public Solitude Solitude { get; } = solitude;

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
