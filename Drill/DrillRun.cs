using System.Collections.Concurrent;
using System.Net;
using OrleansBatch.Drill.Checks;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Drill.Hosts;
using OrleansBatch.Drill.Lakes;
using OrleansBatch.Drill.Silos;
using OrleansBatch.Drill.Tables;
using OrleansBatch.Drill.Takeovers;
using OrleansBatch.Drill.Watch;
using OrleansBatch.Drill.Work;

namespace OrleansBatch.Drill;

// The parts of one drill, from the first silo to the report.
internal sealed class DrillRun : IAsyncDisposable
{
    private const int Producers = 4;

    private readonly DrillOptions _options;
    private readonly DrillDirectory _directory;
    private readonly DrillDatabase _database;
    private readonly Timeline _timeline = new(TimeProvider.System);
    private readonly WorkLog _work = new();
    private readonly List<DrillSilo> _silos = [];
    private readonly CancellationTokenSource _end = new();
    private readonly SiloKeeper _keeper;
    private readonly SessionWatch _watch;
    private readonly OrphanWatch _orphans;
    private readonly FaultInjector _faults;
    private readonly Rollout? _rollout;
    private readonly InputFiles? _files;
    private readonly Meddler? _meddler;
    private readonly TableWatch? _tables;
    private readonly ConcurrentBag<FenceFact> _fences = [];
    private readonly string? _fakeTime = FakeTime.Find();
    private Task _background = Task.CompletedTask;
    private bool _settled;

    public DrillRun(
        DrillOptions options, DrillDirectory directory, DrillDatabase database, HostNetwork? network, IDrillLake? lake, InputFiles? files,
        ChildGuard guard, Action<string> say)
    {
        (_options, _directory, _database, _files) = (options, directory, database, files);
        for (var number = 1; number <= options.Places; number++)
        {
            var place = new SiloPlace(directory.Path, database.ConnectionString, options, network?.Hosts[number - 1], lake?.For(number));
            var proxy = new FaultProxy(network?.Outside ?? IPAddress.Loopback, "127.0.0.1", database.Port);
            _silos.Add(new DrillSilo(number, proxy, place, _timeline, guard));
        }

        _keeper = new SiloKeeper(_silos, _timeline, say);
        _watch = new SessionWatch(database, _keeper, _timeline, options.Lifetime);
        _orphans = new OrphanWatch(
            database, _timeline, new WorkPlan(new Random(options.Seed), 0, options.Groups, files),
            new ProducerConnection(database.Producers, _work, files));
        _meddler = files is null ? null : new Meddler(database, _work, files);
        _tables = lake is null ? null : new TableWatch(lake.Store, directory.Path, _work);
        _faults = new FaultInjector(
            new FaultContext(options, database, _silos, _timeline, _orphans, say) { Lake = lake, Meddler = _meddler, Fences = _fences },
            new Random(unchecked(options.Seed + 1)), _fakeTime);
        _rollout = options.Previous is null ? null : new Rollout(options, directory.Path, database, _silos, say);
    }

    // The first silo brings the database to its version. The others need not wait for that lock.
    public async Task StartAsync(CancellationToken ct)
    {
        await _silos[0].StartAsync(new Dictionary<string, string>(), ct);
        await Task.WhenAll(_silos.Skip(1).Select(s => s.StartAsync(new Dictionary<string, string>(), ct)));

        _background = Task.WhenAll(
            _keeper.KeepAsync(_end.Token), _watch.WatchAsync(_end.Token), _tables?.ReadAsync(_end.Token) ?? Task.CompletedTask);
    }

    // Enqueues and injects. On return all faults are healed and all producers have stopped.
    public async Task DisturbAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var producers = Task.WhenAll(Enumerable.Range(1, Producers).Select(n => new Work.Producer(
            new WorkPlan(new Random(unchecked(_options.Seed + 1 + n)), n, _options.Groups, _files),
            new ProducerConnection(_database.Producers, _work, _files), (double)_options.Pace / Producers, _meddler)
            .RunAsync(stop.Token, end.Token)));
        var retries = _meddler?.RetryAsync(stop.Token) ?? Task.CompletedTask;
        try
        {
            await Task.WhenAll(_faults.RunAsync(ct), _rollout?.RunAsync(ct) ?? Task.CompletedTask);
        }
        finally
        {
            // After an interrupt every fault still heals itself.
            await stop.CancelAsync();
            await _faults.HealAsync();
            end.CancelAfter(_options.Lifetime);
            await producers;
            await retries.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        ct.ThrowIfCancellationRequested();
    }

    // Waits until every group has done all of its entries, given up its lock, and closed its session.
    public async Task SettleAsync(CancellationToken ct)
    {
        _settled = await UntilNoneAsync("drill_unfinished", (_options.Lifetime * 3) + TimeSpan.FromSeconds(60), ct);
        var locksGone = await UntilNoneAsync("drill_held_groups", _options.Lifetime, ct);
        var sessionsGone = await UntilNoneAsync("drill_group_sessions", _options.IdleTimeout + TimeSpan.FromSeconds(2), ct);
        if (_settled)
        {
            _watch.Promise.CheckDrained(locksGone, sessionsGone);
        }
    }

    public async Task<DrillReport> ReportAsync(CancellationToken ct)
    {
        var health = await SiloHealth.CheckAsync(_silos, _keeper, ct);
        await StopAsync();
        var history = await HistoryLoader.LoadAsync(_database, _work, _options.Sink, ct);
        var tables = _tables is null ? null : await _tables.CheckAsync(history, _fences, ct);
        var epochs = _watch.Epochs
            .Concat(history.Attempts.Select(a => (a.Group, a.Epoch)))
            .Concat(history.Ledger.Select(l => (l.Group, l.Epoch)))
            .Distinct().ToLookup(e => e.Item1, e => e.Item2);
        var measure = new TakeoverMeasure(_timeline, epochs, history.Attempts.ToLookup(a => a.Group), _watch.Slots, _options.Places);
        var takeovers = measure.Report(_orphans.Orphaned, _options.Lifetime);
        var lost = NothingLost.Check(history);
        return new DrillReport
        {
            Seed = _options.Seed,
            Seconds = _options.Seconds,
            Silos = _options.Places,
            Hosts = _options.Hosts,
            LifetimeSeconds = _options.Lifetime.TotalSeconds,
            Postgres = (await _database.ReadSurelyAsync("drill_version", r => r.GetString(0), ct))[0],
            Dotnet = Environment.Version.ToString(),
            Work = new WorkCounts(
                history.Groups.Count, history.RunStates.Count, history.Batches.Count, _work.RolledBackPaths.Count, _work.Refused),
            Faults = _faults.Begun.OrderBy(f => f.Key, StringComparer.Ordinal).ToDictionary(),
            NotPossible = _options.Faults.Contains(FaultKind.Clock) && _fakeTime is null ? [FakeTime.WhyNot] : [],
            Promises =
            [
                lost with { Broken = [.. lost.Broken, .. _work.Contradictions] }, Order.Check(history), OneOwner.Check(history),
                Attempts.Check(history), TakeoverMeasure.Check(takeovers), _watch.Promise.Report(), health,
                .. tables?.Promises ?? [],
                .. _rollout is { } rollout ? new[] { rollout.Report(history) } : [],
            ],
            Takeovers = takeovers,
            Tables = tables?.Counts,
            MostConnections = _watch.Promise.Most,
            SelfEnded = _keeper.SelfEnded,
            Directory = _directory.Keep ? _directory.Path : null,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Task.WhenAll(_silos.Select(s => s.DisposeAsync().AsTask()));
        _tables?.Dispose();
        _end.Dispose();
    }

    private async Task StopAsync()
    {
        await _end.CancelAsync();
        await _background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<bool> UntilNoneAsync(string query, TimeSpan within, CancellationToken ct)
    {
        var start = TimeProvider.System.GetTimestamp();
        while ((await _database.ReadSurelyAsync(query, r => r.GetInt64(0), ct))[0] > 0)
        {
            if (TimeProvider.System.GetElapsedTime(start) > within)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), ct);
        }

        return true;
    }
}
