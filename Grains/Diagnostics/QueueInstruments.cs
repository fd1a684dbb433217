using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// Shows the queue of all silos on the one that sweeps, and nothing on the others: a sum over silos is then right, and so is a maximum.
/// A sample that no newer one has followed for long is shown no more, because another silo sweeps by now.
/// </summary>
internal sealed class QueueInstruments
{
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly TimeSpan _lasts;
    private volatile Taken? _taken;

    public QueueInstruments(IMeterFactory meters, TimeProvider time, IOptions<OrleansBatchOptions> options)
    {
        (_time, _lasts) = (time, (options.Value.SweepPeriod * 3) + _margin);
        var meter = meters.Create(OrleansBatchInstruments.MeterName);
        Seconds(meter, "orleans-batch-sample-age", "Time since the queue was sampled.", _ => [new(Age.TotalSeconds)]);
        Count(meter, "orleans-batch-partitions-held", "{partition}",
            "Daily partitions older than what is kept that a sink has not passed; orleans_batch.partition_status says which.",
            s => [new(s.PartitionsHeld)]);
        Count(meter, "orleans-batch-groups-woken", "{group}", "Groups with a wakeup.",
            s => [new(s.States.Where(IsWoken).Sum(t => t.Groups))]);
        Count(meter, "orleans-batch-groups-parked", "{group}", "Groups that wait, by reason.", Parked);
        Count(meter, "orleans-batch-groups-not-ready", "{group}",
            "Groups that wait for their sink, by sink and by the kind of reason it gave.",
            s => s.NotReady.Select(n => new Measurement<long>(n.Groups, Tag("sink", n.Sink), Tag("code", n.Code))));
        Count(meter, "orleans-batch-groups-waiting", "{group}", "Groups with unfinished batches, by sink and state.",
            s => ByState<long>(s, t => t.Groups));
        Count(meter, "orleans-batch-batches-waiting", "{batch}", "Unfinished batches, by sink and by the state of their groups.",
            s => ByState(s, t => t.Batches));
        Seconds(meter, "orleans-batch-oldest-waiting-age", "Time since the oldest unfinished batch was enqueued, by sink and state.",
            s => ByState(s, t => t.OldestSeconds));
        Seconds(meter, "orleans-batch-executing-age", "Time that the oldest attempt has been under way, by sink.",
            s => BySink(s, k => k.ExecutingSeconds));
        Count(meter, "orleans-batch-runs-failed", "{run}", "Failed runs on record whose retry has not succeeded, by sink.",
            s => BySink<long>(s, k => k.FailedRuns));
        Count(meter, "orleans-batch-runs-unattended", "{run}", "Failed runs that nobody has retried, cancelled or acknowledged, by sink.",
            s => BySink<long>(s, k => k.UnattendedRuns));
        Count(meter, "orleans-batch-team-batches-waiting", "{batch}", "Unfinished batches, by team.", s => ByTeam(s, t => t.Batches));
        Seconds(meter, "orleans-batch-team-oldest-waiting-age", "Time since the oldest unfinished batch was enqueued, by team.",
            s => ByTeam(s, t => t.OldestSeconds));
        Count(meter, "orleans-batch-team-runs-unattended", "{run}", "Failed runs that nobody has looked after, by team.",
            s => ByTeam<long>(s, t => t.UnattendedRuns));
    }

    private TimeSpan Age => _taken is { } taken ? _time.GetElapsedTime(taken.At) : TimeSpan.MaxValue;

    /// <summary>Shows the sample from now on.</summary>
    public void Show(QueueSample sample) => _taken = new Taken(sample, _time.GetTimestamp());

    /// <summary>Shows nothing any more: this silo does not sweep from now on.</summary>
    public void Hide() => _taken = null;

    private static bool IsWoken(StateSample state) => state.State is "idle" or "waiting" or "executing";

    private static IEnumerable<Measurement<long>> Parked(QueueSample sample) =>
        from reason in (string[])["retry", "not_ready", "blocked", "paused"]
        let state = reason == "retry" ? "waiting_retry" : reason
        select new Measurement<long>(sample.States.Where(s => s.State == state).Sum(s => s.Groups), Tag("reason", reason));

    private static IEnumerable<Measurement<T>> ByState<T>(QueueSample sample, Func<StateSample, T> value)
        where T : struct =>
        sample.States.Where(s => s.State != "idle").Select(s => new Measurement<T>(value(s), Tag("sink", s.Sink), Tag("state", s.State)));

    private static IEnumerable<Measurement<T>> BySink<T>(QueueSample sample, Func<SinkSample, T> value)
        where T : struct => sample.Sinks.Select(s => new Measurement<T>(value(s), Tag("sink", s.Sink)));

    private static IEnumerable<Measurement<T>> ByTeam<T>(QueueSample sample, Func<TeamSample, T> value)
        where T : struct => sample.Teams.Select(t => new Measurement<T>(value(t), ShownTeams.Tag(t.Team)));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private void Count(Meter meter, string name, string unit, string description, Func<QueueSample, IEnumerable<Measurement<long>>> read) =>
        meter.CreateObservableGauge(name, () => Read(read), unit, description);

    private void Seconds(Meter meter, string name, string description, Func<QueueSample, IEnumerable<Measurement<double>>> read) =>
        meter.CreateObservableGauge(name, () => Read(read), "s", description);

    private IEnumerable<Measurement<T>> Read<T>(Func<QueueSample, IEnumerable<Measurement<T>>> read)
        where T : struct => _taken is { } taken && Age < _lasts ? read(taken.Sample) : [];

    private sealed record Taken(QueueSample Sample, long At);
}
