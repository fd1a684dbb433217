using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>Begins tenures: rents a session for each and puts its parts together.</summary>
internal sealed class TenureFactory(
    SessionSet sessions,
    ITenureHost host,
    IRunEndListener runEnds,
    WindowSizes sizes,
    UpkeepSlot upkeepSlot,
    SinkThreads threads,
    EngineHealth health,
    DatabaseOutage outage,
    TroubleLog troubles,
    LastOutage lastOutage,
    OrleansBatchInstruments instruments,
    IEnumerable<IBatchHook> batchHooks,
    IOptions<OrleansBatchOptions> options,
    TimeProvider time,
    ILogger<Tenure> logger)
{
    private readonly IReadOnlyList<IBatchHook> _batchHooks = [.. batchHooks];

    /// <summary>Takes the group's lock on a session of its own; null when another session holds it.</summary>
    public async Task<Tenure?> TryBeginAsync(TenureTarget target, CancellationToken cancellationToken)
    {
        var session = await sessions.RentAsync(cancellationToken);
        var tenure = Compose(target, session);
        try
        {
            if (await tenure.TryOwnAsync(cancellationToken))
            {
                return tenure;
            }
        }
        catch
        {
            tenure.Dispose();
            await session.DisposeAsync();
            throw;
        }

        tenure.Dispose();
        await sessions.ReturnAsync(session);
        return null;
    }

    private Tenure Compose(TenureTarget target, GroupSession session)
    {
        var (group, key, o) = (target.Group, target.Key, options.Value);
        var cursor = new GroupCursor(session, group, key, o.SiloName, runEnds.HasHooks, time);
        var watch = new OwnershipWatch(target, cursor, session, health, o, time, logger, host.Aborting);
        var call = new SinkCall(group, target.Served.Sink, _batchHooks, cursor, o.SiloName);
        var sink = new WatchedSink(target, call, watch, threads, health, instruments, o, time, logger);
        var statements = new SinkWaitStatements(session, group, key, o.SiloName, cursor);
        var waits = new SinkWaits(target, cursor, statements, health, troubles, instruments, logger);
        var lone = new LoneEntry(target, session, watch, waits, host, troubles, logger);
        var forgets = new ForgetWorker(target, cursor, sink, watch, waits, logger);
        var formerOwners = new FormerOwners(target, sink, watch, waits);
        var upkeep = new UpkeepWorker(target, cursor, sink, upkeepSlot, watch, time, logger);
        var entries = new EntryWorker(
            target, cursor, sink, formerOwners, lone, forgets, upkeep, watch, waits, runEnds, instruments, o, logger);
        var limit = new WindowLimit(target.Served, sizes, _batchHooks.Count > 0);
        var trimming = new WakeupTrimming(cursor, time);
        var leaving = new LeaveRule(host, watch, time);
        var onDrained = target.Served.Sink is ITenureSink ? OnDrained.GiveUpGroup : OnDrained.GiveUpGroupAndLock;
        var windows = new WindowWorker(target, cursor, sink, watch, entries, limit, trimming, leaving, upkeep, onDrained, instruments);
        var start = new TenureStart(target, cursor, limit, outage, lastOutage, instruments, logger);
        var end = new TenureEnd(target, session, cursor, sink, watch, waits, outage, troubles, instruments, logger);
        return new Tenure(session, sessions, cursor, start, windows, entries, limit, trimming, leaving, waits, watch, end);
    }
}
