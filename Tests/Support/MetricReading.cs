using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansBatch.Tests.Support;

// The measurements of the meters that one host made, in Prometheus' way: counters add up, and gauges show what they say when asked.
public sealed class MetricReading : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, double> _values = [];
    private readonly Dictionary<string, Instrument> _instruments = [];
    private readonly MeterListener _listener = new();

    public MetricReading(IServiceProvider services)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
            {
                _instruments[instrument.Name] = instrument;
                l.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Note(i, value, tags));
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Note(i, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Note(i, value, tags));
        _listener.Start();
    }

    public IReadOnlyCollection<Instrument> Instruments => _instruments.Values;

    // Each series of the instrument with its value, as "tag=value tag=value", in the order of the text.
    public IReadOnlyList<(string Tags, double Value)> Of(string instrument)
    {
        lock (_lock)
        {
            _values.Keys.Where(k => _instruments[k.Split(' ')[0]].IsObservable).ToList().ForEach(k => _values.Remove(k));
        }

        _listener.RecordObservableInstruments();
        lock (_lock)
        {
            return
            [
                .. _values.Where(v => v.Key.Split(' ')[0] == instrument).OrderBy(v => v.Key, StringComparer.Ordinal)
                    .Select(v => (v.Key[instrument.Length..].TrimStart(), v.Value)),
            ];
        }
    }

    // The sum over all series that have these tags.
    public double Sum(string instrument, params string[] tags) =>
        Of(instrument).Where(s => tags.All(t => s.Tags.Split(' ').Contains(t))).Sum(s => s.Value);

    public void Dispose() => _listener.Dispose();

    // A histogram's value is the number of its measurements.
    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = instrument.Name;
        foreach (var tag in tags)
        {
            series += $" {tag.Key}={tag.Value}";
        }

        lock (_lock)
        {
            var before = instrument.IsObservable ? 0 : _values.GetValueOrDefault(series);
            _values[series] = before + (instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal) ? 1 : value);
        }
    }
}
