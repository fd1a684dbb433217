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
    OrleansBatchInstruments instruments,
    IOptions<OrleansBatchOptions> options,
    TimeProvider time,
    ILogger<PollerGrain> logger) : Grain, IPollerGrain, IAsyncDisposable
{
    // Beyond the free slots: what comes free within a moment is filled without another poll, and more than none means that others wait.
    private const int Spare = 32;

    // Silos that are told of the same groups at once try the same ones. Who came second looks again at once, when they show as held.
    private const int MostLooksInARow = 3;

    private readonly CandidateStock _stock = new(time);
    private readonly DeadStretches _stretches = new(time);
    private readonly PollMaintenance _maintenance = new(time, options.Value.LockLifetime, options.Value.StatementTimeout, options.Value.PollPeriod);
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
        _looksInARow = _lostRace && _looksInARow < MostLooksInARow ? _looksInARow + 1 : 0;
        _lostRace = false;
        return _looksInARow > 0;
    }

    // Connected, this silo is one that runs: who parks a group for want of a silo that reaches its file sees it from now on, and what was
    // parked before is woken here.
    private async Task<PollerConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = await PollerConnection.OpenAsync(sources, ct);
        try
        {
            await connection.WakeUnreachableAsync(sinks.Ids, ct);
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

        // One that a notification came before waits on for the next turn: to cancel it would cost more than the turn.
        _freed ??= slots.WaitForFreedAsync(CancellationToken.None);
        if (!_freed.IsCompleted)
        {
            // Without a free slot nothing that the server could tell would be of use.
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

    private async Task<int> PassAsync(PollerConnection connection, CancellationToken ct)
    {
        var free = Free;
        foreach (var (key, seq) in connection.Inbox.TakePassedOn())
        {
            groups.Recall(key, seq);
        }

        var leftOut = groups.NotNow().Concat(fairShare.Resting()).ToHashSet();

        // A group that was idle begins without a poll, unless others wait for a slot or a team for its turn.
        var mayStartTold = !fairShare.OthersWait && options.Value.MaxSlotsPerTeam is null && !IsPollDue;
        var told = mayStartTold ? connection.Inbox.TakeFew(sinks.Ids) : [];
        if (told.Count > 0)
        {
            var started = told.Count > free || told.Exists(c => leftOut.Contains(c.Key)) ? 0 : await StartAllAsync(told, ct);
            if (started == told.Count)
            {
                return started;
            }

            told.ForEach(connection.Inbox.Return);
            free = Free;
        }

        var ready = _stock.Take(free, leftOut);
        var starting = StartAllAsync(ready, ct);
        try
        {
            return ready.Count < free || IsPollDue
                ? await PollAsync(connection, free - ready.Count, leftOut.Union(ready.Select(c => c.Key)).ToHashSet(), ct)
                : 0;
        }
        finally
        {
            await starting;
        }
    }

    private async Task<int> PollAsync(PollerConnection connection, int free, IReadOnlyCollection<LockKey> leftOut, CancellationToken ct)
    {
        _polled = time.GetTimestamp();
        var lookBack = _maintenance.LookBack;
        var found = await connection.CandidatesAsync(
            new PollQuery
            {
                AfterTeam = _lastTeam,
                MaxGroups = free + Spare,
                MaxNotified = free,
                Sinks = sinks.Ids,
                LeftOut = leftOut,
                Teams = slots.Teams,
                MaxPerTeam = options.Value.MaxSlotsPerTeam,
                Stretches = _stretches.Current,
                LookBack = lookBack,
                Ended = groups.EndedWithin(2 * options.Value.PollPeriod),
            },
            ct);
        var ready = found.Candidates.Take(free).ToList();
        fairShare.OthersWait = found.Candidates.Count > free;
        ready.AddRange(TakeBack(free - ready.Count, ready));
        if (options.Value.MaxSlotsPerTeam is null)
        {
            _stock.Fill(found.Candidates.Skip(free));
        }

        var starting = StartAllAsync(ready, ct);
        try
        {
            foreach (var (group, pid) in await _maintenance.RunAsync(connection, found, lookBack, ct))
            {
                LogEnded(logger, group, pid, options.Value.LockLifetime);
            }

            _stretches.Note(found.Stretches);
            await _hung.TellIfChangedAsync(connection, ct);
        }
        finally
        {
            await starting;
        }

        return await starting;
    }

    // Started together with one that waited, it could be faster and have the last slot of its team again.
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

    private async Task<int> StartAllAsync(List<Candidate> candidates, CancellationToken ct)
    {
        if (candidates.Count == 0)
        {
            return 0;
        }

        _lastTeam = candidates[^1].Group.TeamId;
        var results = await Task.WhenAll(candidates.Select(c => StartAsync(c, ct)));
        _lostRace |= results.Contains(StartResult.LockHeldElsewhere);
        return results.Count(r => r == StartResult.Started);
    }

    private async Task<StartResult?> StartAsync(Candidate candidate, CancellationToken ct)
    {
        var sink = sinks[candidate.SinkId].Name;
        var grain = GrainFactory.GetGrain<IGroupGrain>(candidate.Group.TeamId, $"{sink}/{candidate.Group.SchemaId}");
        try
        {
            return await grain.TryStartAsync(candidate.GroupId, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // One group's trouble delays no other; a call that meets a leaving activation is rejected and comes again with the next pass.
            groups.Failed(candidate.Key);
            outage.Log(e, () => LogNotStarted(logger, candidate.Group, sink, e.Message));
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

    [LoggerMessage(200, LogLevel.Warning, "Group {Group}: the session of its silent owner (backend {BackendPid}) was ended after {Lifetime} without a sign of life.")]
    static partial void LogEnded(ILogger logger, GroupKey group, int backendPid, TimeSpan lifetime);

    [LoggerMessage(201, LogLevel.Information, "Group {Group} of sink {Sink} could not be started now and is tried again at the next poll. {Reason}")]
    static partial void LogNotStarted(ILogger logger, GroupKey group, string sink, string reason);
}
