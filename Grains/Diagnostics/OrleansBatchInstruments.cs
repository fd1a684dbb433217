using System.Diagnostics.Metrics;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// The instruments of this silo's own work. No team or schema is in a tag, because there may be a hundred thousand of them:
/// <see cref="TeamInstruments"/> names a few teams, and <see cref="QueueInstruments"/> shows the queue of all silos.
/// </summary>
internal sealed class OrleansBatchInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "OrleansBatch";

    private static readonly string[] _outcomes =
        ["succeeded", "failed", "skipped", "replayed", "retry", "timed_out", "not_ready", "passed_on", "drained"];

    private static readonly double[] _pollTimes = [0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300];
    private static readonly double[] _batchTimes = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 7200];

    private readonly Meter _meter;
    private readonly TeamInstruments _teams;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _rowsDiffer;
    private readonly Counter<long> _losses;
    private readonly Counter<long> _lostOwnerships;
    private readonly Histogram<double> _durations;
    private readonly Histogram<double> _polls;
    private readonly Counter<long> _mended;

    public OrleansBatchInstruments(IMeterFactory meters, EngineHealth health, TeamInstruments teams)
    {
        _teams = teams;
        var meter = _meter = meters.Create(MeterName);
        _batches = meter.CreateCounter<long>("orleans-batch-batches", "{batch}", "Batches by how they ended.");
        _rows = meter.CreateCounter<long>("orleans-batch-rows", "{row}", "Rows of applied batches, in sinks that count them.");
        _bytes = meter.CreateCounter<long>("orleans-batch-bytes", "By", "Sizes of applied batches, as their producers announced them.");
        _rowsDiffer = meter.CreateCounter<long>(
            "orleans-batch-rows-differ", "{batch}", "Batches of which another number of rows was applied than their producer announced.");
        _losses = meter.CreateCounter<long>("orleans-batch-losses", "{loss}", "Former owners that went away in a batch.");
        _lostOwnerships = meter.CreateCounter<long>(
            "orleans-batch-ownerships-lost", "{tenure}", "Tenures of this silo that ended in an error.");
        _durations = meter.CreateHistogram(
            "orleans-batch-batch-duration", "s", "Time of a batch in the sink. A window's time is shared by its batches.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = _batchTimes });
        _polls = meter.CreateHistogram(
            "orleans-batch-poll-duration", "s", "Time of a poll, failed ones included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = _pollTimes });
        meter.CreateObservableGauge(
            "orleans-batch-poll-age",
            () => health.PollAge is { } age ? [new Measurement<double>(age.TotalSeconds)] : Array.Empty<Measurement<double>>(),
            "s", "Time since a poll succeeded, or since the first one began when none has.");
        meter.CreateObservableGauge(
            "orleans-batch-polls-failed-in-a-row", () => health.FailedInARow, "{poll}",
            "Polls that failed since the last one that succeeded.");
        _mended = meter.CreateCounter<long>("orleans-batch-wakeups-mended", "{wakeup}", "Missing wakeups that recovery inserted.");
        _mended.Add(0);
    }

    /// <summary>Shows the silo's slots, for as long as the silo lives.</summary>
    public void ObserveSlots(Func<int> taken, Func<int> size)
    {
        _meter.CreateObservableGauge("orleans-batch-slots-taken", taken, "{slot}", "Slots in use on this silo.");
        _meter.CreateObservableGauge("orleans-batch-slots", size, "{slot}", "Slots of this silo.");
    }

    /// <summary>
    /// Shows the sink's counters from now on. A counter that appeared with its first loss would show no increase to an alert.
    /// </summary>
    public void Serve(string sink)
    {
        foreach (var outcome in _outcomes)
        {
            BatchEnded(sink, outcome, 0);
        }

        foreach (var counter in (Counter<long>[])[_rows, _bytes, _rowsDiffer, _losses, _lostOwnerships])
        {
            counter.Add(0, Sink(sink));
        }
    }

    /// <summary>Counts attempts at batches that ended in that way.</summary>
    public void BatchEnded(string sink, long team, string outcome, int batches = 1)
    {
        BatchEnded(sink, outcome, batches);
        _teams.BatchEnded(team, outcome, batches);
    }

    /// <summary>Counts what the sink took in.</summary>
    public void Applied(string sink, long team, long rows, long bytes, int differing)
    {
        _rows.Add(rows, Sink(sink));
        _bytes.Add(bytes, Sink(sink));
        _rowsDiffer.Add(differing, Sink(sink));
        _teams.Applied(team, rows, bytes);
    }

    /// <summary>Notes how long the sink took for so many batches together.</summary>
    public void BatchTook(string sink, long team, TimeSpan took, bool succeeded, int batches = 1)
    {
        for (var i = 0; i < batches; i++)
        {
            _durations.Record(took.TotalSeconds / batches, Sink(sink), new KeyValuePair<string, object?>("succeeded", succeeded));
        }

        _teams.Spent(team, took);
    }

    public void LossRecorded(string sink, long team)
    {
        _losses.Add(1, Sink(sink));
        _teams.LossRecorded(team);
    }

    public void OwnershipLost(string sink) => _lostOwnerships.Add(1, Sink(sink));

    public void Polled(TimeSpan took, bool succeeded) =>
        _polls.Record(took.TotalSeconds, new KeyValuePair<string, object?>("succeeded", succeeded));

    public void WakeupsMended(int count) => _mended.Add(count);

    private static KeyValuePair<string, object?> Sink(string sink) => new("sink", sink);

    private void BatchEnded(string sink, string outcome, int batches) =>
        _batches.Add(batches, Sink(sink), new KeyValuePair<string, object?>("outcome", outcome));
}
