using System.Data;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Recovery;

/// <summary>Samples the queue for the gauges, once a sweep in the whole cluster.</summary>
internal sealed partial class QueueSampler(
    QueueInstruments instruments, TroubleLog troubles, IOptions<OrleansBatchOptions> options, ILogger<QueueSampler> logger)
{
    private const string What = "The sampling of the queue";

    // Two statements of a second or two at the most, on a queue in which that many groups wait at once.
    private const int MostGroups = 20_000;
    private const int MostRuns = 1000;

    // The states of the view group_status, each shown also when no group is in it. An idle group has a wakeup and nothing to do.
    private static readonly string[] _states = ["executing", "waiting", "waiting_retry", "not_ready", "blocked", "paused", "idle"];
    private static readonly TimeSpan _margin = TimeSpan.FromMinutes(3);

    private static readonly Statement _sampleQueue = QueueStatements.Load("sample_queue");
    private static readonly Statement _sampleRuns = QueueStatements.Load("sample_failed_runs");
    private static readonly Statement _sampleNotReady = QueueStatements.Load("sample_not_ready");

    private readonly ShownTeams _teams = new();

    /// <summary>Takes the sample. A statement that fails, such as one that takes too long, leaves the sweep as it is.</summary>
    public async Task RunAsync(NpgsqlConnection connection, int partitionsHeld, CancellationToken cancellationToken)
    {
        try
        {
            var backlog = await _sampleQueue.On(connection, MostGroups, options.Value.MetricTeams)
                .AllAsync(Backlog.Read, cancellationToken);
            var runs = await _sampleRuns.On(connection, MostRuns).AllAsync(RunCount.Read, cancellationToken);
            var notReady = await _sampleNotReady.On(connection).AllAsync(
                r => new NotReadyCount(r.GetString(0), r.GetString(1), r.GetInt32(2)), cancellationToken);
            instruments.Show(new QueueSample
            {
                States = [.. States(backlog)],
                Sinks = [.. Sinks(backlog, runs)],
                Teams = Teams(backlog, runs),
                NotReady = notReady,
                PartitionsHeld = partitionsHeld,
            });
            troubles.Worked(What);
        }
        catch (NpgsqlException e) when (!cancellationToken.IsCancellationRequested && connection.State == ConnectionState.Open)
        {
            troubles.Failed(What, (options.Value.SweepPeriod * 2) + _margin, e.Message, () => LogNotSampled(logger, e.Message));
        }
    }

    private static IEnumerable<StateSample> States(List<Backlog> backlog) =>
        from sink in backlog.Select(b => b.Sink).OfType<string>().Distinct()
        from state in _states
        let found = backlog.Find(b => b.Sink == sink && b.State == state)
        select new StateSample(sink, state, found?.Groups ?? 0, found?.Batches ?? 0, found?.Age ?? 0);

    private static IEnumerable<SinkSample> Sinks(List<Backlog> backlog, List<RunCount> runs) =>
        from b in backlog
        where b is { Sink: not null, State: null }
        let failed = runs.Where(r => r.Sink == b.Sink).ToList()
        select new SinkSample(b.Sink!, b.Age ?? 0, failed.Sum(r => r.Failed), failed.Sum(r => r.Unattended));

    // The teams that wait the longest, those with the most runs to look after, and all others together.
    private List<TeamSample> Teams(List<Backlog> backlog, List<RunCount> runs)
    {
        var unattended = runs.Where(r => r is { Team: not null, Unattended: > 0 }).GroupBy(r => r.Team!.Value)
            .Select(g => (Team: g.Key, Runs: g.Sum(r => r.Unattended))).OrderByDescending(t => t.Runs).ThenBy(t => t.Team).ToList();
        var waiting = backlog.Where(b => b.Sink is null).ToList();
        var shown = waiting.Select(w => w.Team).OfType<long>().Concat(unattended.Take(options.Value.MetricTeams).Select(t => t.Team))
            .Distinct().Where(_teams.TryShow).ToHashSet();
        return
        [
            .. from team in shown.Cast<long?>().Append(null)
               let own = waiting.Where(w => IsOf(w.Team, team)).ToList()
               let left = unattended.Where(t => IsOf(t.Team, team)).ToList()
               select new TeamSample(team, own.Sum(w => w.Batches), own.Max(w => w.Age) ?? 0, left.Sum(t => t.Runs)),
        ];

        bool IsOf(long? own, long? team) => team is null ? own is null || !shown.Contains(own.Value) : own == team;
    }

    [LoggerMessage(
        EventIds.QueueNotSampled, LogLevel.Warning,
        "The queue could not be sampled, so that its metrics are missing; the next sweep tries again. {Error}")]
    static partial void LogNotSampled(ILogger logger, string error);

    private sealed record Backlog(string? Sink, string? State, int Groups, long Batches, double? Age, long? Team)
    {
        public static Backlog Read(Row r) => new(
            r.NullOr<string>("sink"), r.NullOr<string>("state"), r.Get<int>("groups"), r.Get<long>("batches"), r.NullOr<double?>("age"),
            r.NullOr<long?>("team_id"));
    }

    private sealed record RunCount(string Sink, long? Team, int Failed, int Unattended)
    {
        public static RunCount Read(Row r) =>
            new(r.Get<string>("sink"), r.NullOr<long?>("team_id"), r.Get<int>("failed"), r.Get<int>("unattended"));
    }
}
