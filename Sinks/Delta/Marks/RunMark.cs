using System.Collections.Immutable;
using System.Globalization;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Marks;

// The batches of a run that a log has: all up to the last one, without those that were left out. A batch that was left out may come later,
// with a retry of its run.
internal sealed class RunMark
{
    private readonly Guid _run;
    private readonly Lazy<SortedDictionary<long, long>> _gaps;

    private RunMark(ImmutableDictionary<string, Transaction> marks, Guid run)
    {
        _run = run;
        Last = marks.GetValueOrDefault(AppIds.OfRun(run))?.Version ?? -1;

        // Few batches ask for the gaps, and the marks of all runs are searched for them.
        _gaps = new(() => GapsIn(marks, AppIds.GapsOf(run)));
    }

    // The index of the last batch, or -1.
    public long Last { get; }

    public static RunMark Of(Snapshot? snapshot, Guid originRunId) =>
        Of(snapshot?.Transactions ?? ImmutableDictionary<string, Transaction>.Empty, originRunId);

    public static RunMark Of(ImmutableDictionary<string, Transaction> marks, Guid originRunId) => new(marks, originRunId);

    public bool Has(long index) => index <= Last && !_gaps.Value.Any(g => g.Key <= index && index <= g.Value);

    // The marks of the commit that brings these batches.
    public IReadOnlyDictionary<string, long> With(IEnumerable<int> indexes)
    {
        var (last, marks) = (Last, new Dictionary<string, long>());
        foreach (var index in indexes)
        {
            if (index <= last)
            {
                Fill(index);
                continue;
            }

            if (index > last + 1)
            {
                Note(last + 1, index - 1);
            }

            last = index;
        }

        marks[AppIds.OfRun(_run)] = last;
        return marks;

        void Fill(long index)
        {
            foreach (var (from, to) in _gaps.Value.Where(g => g.Key <= index && index <= g.Value).ToList())
            {
                Note(from, index - 1);
                Note(index + 1, to);
            }
        }

        // A gap that ends before it begins is none, and takes back one that began there.
        void Note(long from, long to)
        {
            if (to >= from || _gaps.Value.ContainsKey(from))
            {
                _gaps.Value[from] = to;
                marks[AppIds.GapsOf(_run) + from.ToString(CultureInfo.InvariantCulture)] = to;
            }
        }
    }

    // The marks as they stand.
    public IEnumerable<(string AppId, long Version)> All() => _gaps.Value
        .Select(g => (AppIds.GapsOf(_run) + g.Key.ToString(CultureInfo.InvariantCulture), g.Value)).Append((AppIds.OfRun(_run), Last));

    private static SortedDictionary<long, long> GapsIn(ImmutableDictionary<string, Transaction> marks, string prefix) => new(
        marks.Values.Where(t => t.AppId.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(t => long.Parse(t.AppId.AsSpan(prefix.Length), CultureInfo.InvariantCulture), t => t.Version));
}
