using System.Diagnostics.Metrics;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>The engine's instruments; no team or schema in a tag, because there may be a hundred thousand of them.</summary>
internal sealed class OrleansBatchInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "OrleansBatch";

    private readonly Meter _meter;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _rowsDiffer;
    private readonly Counter<long> _losses;
    private readonly Counter<long> _lostOwnerships;
    private readonly Histogram<double> _polls;
    private readonly Counter<long> _mended;
    private QueueSample _sample = new(0, 0, 0, 0);
    private IReadOnlyList<NotReadyCount> _notReady = [];
    private int _partitionsHeld;

    public OrleansBatchInstruments(IMeterFactory meters, EngineHealth health)
    {
        var meter = _meter = meters.Create(MeterName);
        _batches = meter.CreateCounter<long>("orleans-batch-batches", "{batch}", "Batches by how they ended.");
        _rowsDiffer = meter.CreateCounter<long>(
            "orleans-batch-rows-differ", "{batch}", "Batches of which another number of rows was applied than their producer announced.");
        _losses = meter.CreateCounter<long>("orleans-batch-losses", "{loss}", "Former owners that went away in a batch.");
        _lostOwnerships = meter.CreateCounter<long>(
            "orleans-batch-ownerships-lost", "{tenure}", "Tenures of this silo that ended in an error.");
        _polls = meter.CreateHistogram<double>(
            "orleans-batch-poll-duration", "s", "Time of a poll, failed ones included.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300],
            });
        meter.CreateObservableGauge(
            "orleans-batch-poll-age",
            () => health.PollAge is { } age ? [new Measurement<double>(age.TotalSeconds)] : Array.Empty<Measurement<double>>(),
            "s", "Time since a poll succeeded, or since the first one began when none has.");
        meter.CreateObservableGauge(
            "orleans-batch-polls-failed-in-a-row", () => health.FailedInARow, "{poll}",
            "Polls that failed since the last one that succeeded.");
        _mended = meter.CreateCounter<long>("orleans-batch-wakeups-mended", "{wakeup}", "Missing wakeups that recovery inserted.");
        meter.CreateObservableGauge(
            "orleans-batch-partitions-held", () => _partitionsHeld, "{partition}",
            "Daily partitions older than what is kept that a sink has not passed; orleans_batch.partition_status says which.");
        meter.CreateObservableGauge("orleans-batch-groups-woken", () => _sample.Woken, "{group}", "Groups with a wakeup, up to 10,000.");
        meter.CreateObservableGauge(
            "orleans-batch-groups-parked",
            () => new Measurement<int>[]
            {
                new(_sample.Retry, new KeyValuePair<string, object?>("reason", "retry")),
                new(_sample.NotReady, new KeyValuePair<string, object?>("reason", "not_ready")),
                new(_sample.Blocked, new KeyValuePair<string, object?>("reason", "blocked")),
            },
            "{group}", "Groups that wait, by reason.");
        meter.CreateObservableGauge(
            "orleans-batch-groups-not-ready",
            () => _notReady.Select(n => new Measurement<int>(
                n.Groups, new KeyValuePair<string, object?>("sink", n.Sink), new KeyValuePair<string, object?>("code", n.Code))),
            "{group}", "Groups that wait for their sink, by sink and by the kind of reason it gave.");
    }

    /// <summary>Shows the silo's slots, for as long as the silo lives.</summary>
    public void ObserveSlots(Func<int> taken, Func<int> size)
    {
        _meter.CreateObservableGauge("orleans-batch-slots-taken", taken, "{slot}", "Slots in use on this silo.");
        _meter.CreateObservableGauge("orleans-batch-slots", size, "{slot}", "Slots of this silo.");
    }

    public void BatchEnded(string outcome) => BatchesEnded(outcome, 1);

    public void BatchesEnded(string outcome, int count) => _batches.Add(count, new KeyValuePair<string, object?>("outcome", outcome));

    public void RowsDiffer(int batches)
    {
        if (batches > 0)
        {
            _rowsDiffer.Add(batches);
        }
    }

    public void LossRecorded() => _losses.Add(1);

    public void OwnershipLost() => _lostOwnerships.Add(1);

    public void Polled(TimeSpan took, bool succeeded) =>
        _polls.Record(took.TotalSeconds, new KeyValuePair<string, object?>("succeeded", succeeded));

    public void WakeupsMended(int count) => _mended.Add(count);

    public void PartitionsHeld(int count) => _partitionsHeld = count;

    public void Sampled(QueueSample sample) => _sample = sample;

    public void NotReadySampled(IReadOnlyList<NotReadyCount> counts) => _notReady = counts;
}

/// <summary>The queue's gauges, sampled once per cluster.</summary>
internal sealed record QueueSample(int Woken, int Retry, int NotReady, int Blocked);

/// <summary>How many groups wait for a sink for one kind of reason, sampled once per cluster.</summary>
internal sealed record NotReadyCount(string Sink, string Code, int Groups);
