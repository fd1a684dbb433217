using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Polling;

/// <summary>Finds groups with work for this silo's free slots and starts them here.</summary>
[GrainType("batch-poller"), StatelessWorker(1, removeIdleWorkers: false)]
internal sealed partial class PollerGrain(
    EngineDataSources sources,
    GroupSlots slots,
    LocalGroups groups,
    FairShare fairShare,
    SessionSet sessions,
    SinkSet sinks,
    EngineHealth health,
    DatabaseOutage outage,
    TroubleLog troubles,
    OrleansBatchInstruments instruments,
    IOptions<OrleansBatchOptions> options,
    TimeProvider time,
    ILogger<PollerGrain> logger) : Grain, IPollerGrain, IAsyncDisposable
{
    // Candidates beyond the free slots: a slot that comes free is filled without another poll. Any of them waits for a slot.
    private const int CandidatesInReserve = 32;

    // All silos get the same notifications and try the same groups. A silo that lost such a race looks again at once, when the groups that
    // others took show as held.
    private const int MaxLooksInARow = 3;

    // Longer than a group rests that could not be started.
    private static readonly TimeSpan _startTroubleEndsAfter = TimeSpan.FromMinutes(1);

    private readonly CandidateStock _stock = new(time);
    private readonly DeadStretches _stretches = new(time);
    private readonly PollMaintenance _maintenance =
        new(time, options.Value.LockLifetime, options.Value.StatementTimeout, options.Value.PollPeriod);
    private readonly HungCallReport _hung = new(health, options.Value.SiloName);
    private PollerConnection? _connection;
    private long _lastTeam = long.MinValue;
    private long _polled;
    private Task? _freed;
    private bool _lostRace;
    private int _looksInARow;

    private int Free => Math.Min(slots.Free, sessions.Available);

    private bool IsPollDue => time.GetElapsedTime(_polled) >= options.Value.PollPeriod;

    public async Task<int> PollAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var succeeded = false;
        try
        {
            // A new session looks at once: it missed every notification that came before it listened.
            var isNew = _connection is null;
            _connection ??= await ConnectAsync(cancellationToken);
            if (wait > TimeSpan.Zero && !isNew && !LooksAgainAtOnce())
            {
                await WaitAsync(_connection, wait, cancellationToken);
                start = time.GetTimestamp();
            }

            var started = await PassAsync(_connection, cancellationToken);
            succeeded = true;
            return started;
        }
        catch
        {
            await DropConnectionAsync();
            throw;
        }
        finally
        {
            // What the silo itself broke off while it stops is no failure.
            if (succeeded || !cancellationToken.IsCancellationRequested)
            {
                instruments.Polled(time.GetElapsedTime(start), succeeded);
                health.PollTurned(succeeded);
            }
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => DropConnectionAsync();

    public async ValueTask DisposeAsync() => await DropConnectionAsync();

    // One look for each race: when that one finds nothing to start, the next one waits.
    private bool LooksAgainAtOnce()
    {
        _looksInARow = _lostRace && _looksInARow < MaxLooksInARow ? _looksInARow + 1 : 0;
        _lostRace = false;
        return _looksInARow > 0;
    }

    // A connected silo counts as running. An owner that parks a group because no silo reaches its file sees this silo from now on. Groups
    // that were parked before are woken here.
    private async Task<PollerConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await PollerConnection.OpenAsync(sources, cancellationToken);
        try
        {
            await connection.WakeUnreachableAsync(sinks.Ids, cancellationToken);
            groups.RecallAll();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task WaitAsync(PollerConnection connection, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, slots.Draining);

        // A wait for a slot that a notification overtook goes on into the next turn: to cancel it would cost more than the turn.
        _freed ??= slots.WaitForFreedAsync(CancellationToken.None);
        if (!_freed.IsCompleted)
        {
            // Without a free slot no notification would be of use.
            var other = Free > 0 ? connection.WaitAsync(wait, end.Token) : Task.Delay(wait, time, end.Token);
            if (await Task.WhenAny(_freed, other) == _freed)
            {
                await end.CancelAsync();
            }

            // No query may start before the wait for notifications has ended.
            await other.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (other.IsFaulted)
            {
                await other;
            }
        }

        if (_freed.IsCompleted)
        {
            _freed = null;
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<int> PassAsync(PollerConnection connection, CancellationToken cancellationToken)
    {
        var free = Free;
        foreach (var (key, seq) in connection.Inbox.TakePassedOn())
        {
            groups.Recall(key, seq);
        }

        var leftOut = groups.NotNow().Concat(fairShare.Resting()).ToHashSet();

        // A group that was idle begins without a poll, unless other groups wait for a slot or a team for its turn.
        var mayStartNotified = !fairShare.OthersWait && options.Value.MaxSlotsPerTeam is null && !IsPollDue;
        var notified = mayStartNotified ? connection.Inbox.TakeForStart(sinks.Ids) : [];
        if (notified.Count > 0)
        {
            var startsAll = notified.Count <= free && !notified.Exists(c => leftOut.Contains(c.Key));
            var started = startsAll ? await StartAllAsync(notified, cancellationToken) : 0;
            if (started == notified.Count)
            {
                return started;
            }

            notified.ForEach(connection.Inbox.Return);
            free = Free;
        }

        var ready = _stock.Take(free, leftOut);
        var starting = StartAllAsync(ready, cancellationToken);
        try
        {
            return ready.Count < free || IsPollDue
                ? await PollAsync(connection, free - ready.Count, leftOut.Union(ready.Select(c => c.Key)).ToHashSet(), cancellationToken)
                : 0;
        }
        finally
        {
            await starting;
        }
    }

    private async Task<int> PollAsync(
        PollerConnection connection, int free, IReadOnlyCollection<LockKey> leftOut, CancellationToken cancellationToken)
    {
        _polled = time.GetTimestamp();
        var lookBack = _maintenance.LookBack;
        var found = await connection.CandidatesAsync(
            new PollQuery
            {
                AfterTeam = _lastTeam,
                MaxGroups = free + CandidatesInReserve,
                MaxNotified = free,
                Sinks = sinks.Ids,
                LeftOut = leftOut,
                Teams = slots.Teams,
                MaxPerTeam = options.Value.MaxSlotsPerTeam,
                Stretches = _stretches.Current,
                LookBack = lookBack,
                Ended = groups.EndedWithin(2 * options.Value.PollPeriod),
            },
            cancellationToken);
        var ready = found.Candidates.Take(free).ToList();
        fairShare.OthersWait = found.Candidates.Count > free;
        ready.AddRange(TakeBack(free - ready.Count, ready));
        if (options.Value.MaxSlotsPerTeam is null)
        {
            _stock.Fill(found.Candidates.Skip(free));
        }

        var starting = StartAllAsync(ready, cancellationToken);
        try
        {
            foreach (var (group, pid) in await _maintenance.RunAsync(connection, found, lookBack, cancellationToken))
            {
                LogEnded(logger, group, pid, options.Value.LockLifetime);
            }

            _stretches.Note(found.Stretches);
            await _hung.TellIfChangedAsync(connection, cancellationToken);
        }
        finally
        {
            await starting;
        }

        return await starting;
    }

    // Groups that left take only slots that no waiting group wants: started together with one, the former could be faster and have the last
    // slot of its team again.
    private List<Candidate> TakeBack(int most, List<Candidate> ready)
    {
        var used = slots.Teams.ToDictionary(t => t.Team, t => t.Slots);
        ready.ForEach(c => TakesSlot(c.Group));
        return fairShare.TakeBack(most, TakesSlot).ConvertAll(b => new Candidate(b.Group, b.Key.GroupId, b.Key.SinkId));

        bool TakesSlot(GroupKey group)
        {
            used[group.TeamId] = used.GetValueOrDefault(group.TeamId) + 1;
            return used[group.TeamId] <= (options.Value.MaxSlotsPerTeam ?? int.MaxValue);
        }
    }

    private async Task<int> StartAllAsync(List<Candidate> candidates, CancellationToken cancellationToken)
    {
        if (candidates.Count == 0)
        {
            return 0;
        }

        _lastTeam = candidates[^1].Group.TeamId;
        var results = await Task.WhenAll(candidates.Select(c => StartAsync(c, cancellationToken)));
        _lostRace |= results.Contains(StartResult.LockHeldElsewhere);
        return results.Count(r => r == StartResult.Started);
    }

    private async Task<StartResult?> StartAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var sink = sinks[candidate.SinkId].Name;
        var grain = GrainFactory.GetGrain<IGroupGrain>(candidate.Group.TeamId, $"{sink}/{candidate.Group.SchemaId}");
        try
        {
            return await grain.TryStartAsync(candidate.GroupId, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // One group's trouble delays no other; a call that meets a leaving activation is rejected and comes again with the next pass.
            groups.Failed(candidate.Key);
            outage.Log(e, () => troubles.Repeated(
                $"The start of group {candidate.Group} in sink {sink}", _startTroubleEndsAfter, e.Message,
                () => LogNotStarted(logger, candidate.Group, sink, e.Message)));
            return null;
        }
    }

    private async Task DropConnectionAsync()
    {
        // Notifications are missed from now on.
        _stretches.Clear();
        _stock.Fill([]);
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.DisposeAsync();
        }
    }
}
