using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// What this silo does for its busiest teams, and for all others together. Every minute the teams are chosen anew, by the time that their
/// batches took in sinks. A team that is named counts from zero, so that no total ever falls.
/// </summary>
internal sealed class TeamInstruments
{
    private static readonly TimeSpan _chooseEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, TeamTotals> _shown = [];
    private readonly Dictionary<long, double> _recent = [];
    private readonly TeamTotals _others = new();
    private readonly ShownTeams _teams = new();
    private readonly TimeProvider _time;
    private readonly int _most;
    private long _chosenAt;

    public TeamInstruments(IMeterFactory meters, TimeProvider time, IOptions<OrleansBatchOptions> options)
    {
        (_time, _most, _chosenAt) = (time, options.Value.MetricTeams, time.GetTimestamp());
        var meter = meters.Create(OrleansBatchInstruments.MeterName);
        Observe(meter, "orleans-batch-team-batches", "{batch}", "Batches applied, by team.", t => t.Batches);
        Observe(meter, "orleans-batch-team-rows", "{row}", "Rows of applied batches, by team.", t => t.Rows);
        Observe(meter, "orleans-batch-team-bytes", "By", "Announced sizes of applied batches, by team.", t => t.Bytes);
        Observe(meter, "orleans-batch-team-retries", "{batch}", "Failed attempts that are tried again, by team.", t => t.Retries);
        Observe(meter, "orleans-batch-team-losses", "{loss}", "Former owners that went away in a batch, by team.", t => t.Losses);
        meter.CreateObservableCounter(
            "orleans-batch-team-time", () => All().Select(t => new Measurement<double>(t.Totals.Seconds, ShownTeams.Tag(t.Team))), "s",
            "Time of batches in sinks, by team.");
    }

    public void BatchEnded(long team, string outcome, int batches)
    {
        lock (_lock)
        {
            var totals = Of(team);
            totals.Batches += outcome is "succeeded" or "replayed" ? batches : 0;
            totals.Retries += outcome is "retry" or "timed_out" ? batches : 0;
        }
    }

    public void Applied(long team, long rows, long bytes)
    {
        lock (_lock)
        {
            var totals = Of(team);
            totals.Rows += rows;
            totals.Bytes += bytes;
        }
    }

    public void Spent(long team, TimeSpan time)
    {
        lock (_lock)
        {
            Of(team).Seconds += time.TotalSeconds;
            _recent[team] = _recent.GetValueOrDefault(team) + time.TotalSeconds;
        }
    }

    public void LossRecorded(long team)
    {
        lock (_lock)
        {
            Of(team).Losses++;
        }
    }

    private void Observe(Meter meter, string name, string unit, string description, Func<TeamTotals, long> total) =>
        meter.CreateObservableCounter(
            name, () => All().Select(t => new Measurement<long>(total(t.Totals), ShownTeams.Tag(t.Team))), unit, description);

    private List<(long? Team, TeamTotals Totals)> All()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_chosenAt) >= _chooseEvery)
            {
                _chosenAt = _time.GetTimestamp();
                Choose();
            }

            return [(null, _others with { }), .. _shown.Select(s => ((long?)s.Key, s.Value with { }))];
        }
    }

    // The first teams are named as they come.
    private TeamTotals Of(long team) =>
        _shown.TryGetValue(team, out var totals) ? totals
        : _shown.Count < _most && _teams.TryShow(team) ? _shown[team] = new TeamTotals()
        : _others;

    // A team that is named stays so until another one is twice as busy. What was long ago counts less.
    private void Choose()
    {
        var chosen = _recent
            .OrderByDescending(r => r.Value * (_shown.ContainsKey(r.Key) ? 2 : 1)).ThenBy(r => r.Key)
            .Select(r => r.Key).Where(_teams.TryShow).Take(_most).ToHashSet();
        var tooMany = _shown.Keys.Union(chosen).Count() - _most;
        foreach (var team in _shown.Keys.Except(chosen).Take(tooMany).ToList())
        {
            _shown.Remove(team);
        }

        foreach (var team in chosen)
        {
            _shown.TryAdd(team, new TeamTotals());
        }

        foreach (var (team, seconds) in _recent.ToList())
        {
            _recent[team] = seconds / 2;
            if (seconds < 0.001)
            {
                _recent.Remove(team);
            }
        }
    }

    private sealed record TeamTotals
    {
        public long Batches { get; set; }

        public long Rows { get; set; }

        public long Bytes { get; set; }

        public long Retries { get; set; }

        public long Losses { get; set; }

        public double Seconds { get; set; }
    }
}
