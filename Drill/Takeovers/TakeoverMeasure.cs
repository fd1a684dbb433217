using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Checks;
using OrleansBatch.Drill.Faults;

namespace OrleansBatch.Drill.Takeovers;

// G6: measures takeovers that the promise covers. A takeover counts when one silo was undisturbed and had a free slot all the time.
// While the database is away the clock does not run.
internal sealed class TakeoverMeasure(
    Timeline timeline, ILookup<GroupKey, long> epochs, ILookup<GroupKey, AttemptFact> attempts, IReadOnlyList<SlotUse> slots, int silos)
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(2);

    // The server knows at once that a killed owner is gone. A frozen or cut-off owner keeps its lock for the lifetime at most.
    // After the server itself, or every silo, was away, all groups want a slot and a connection at once.
    // That time is measured, not promised.
    public static TimeSpan? Bound(FaultKind fault, TimeSpan lifetime) => fault switch
    {
        FaultKind.Kill or FaultKind.Clock => _grace,
        FaultKind.Restart or FaultKind.Outage => null,
        _ => lifetime + _grace,
    };

    public IReadOnlyList<TakeoverReport> Report(IEnumerable<OrphanedGroup> orphaned, TimeSpan lifetime) =>
        [.. orphaned.GroupBy(o => (o.Fault, o.IsNewborn)).OrderBy(g => g.Key)
            .Select(g => Report(g.Key.Fault, g.Key.IsNewborn, g, lifetime))];

    private TakeoverReport Report(FaultKind fault, bool newborn, IEnumerable<OrphanedGroup> orphaned, TimeSpan lifetime)
    {
        var leftOut = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var bound = Bound(fault, lifetime);
        var measured = new List<(double Seconds, GroupKey Group)>();
        foreach (var group in orphaned)
        {
            var (took, why) = Measure(group, bound ?? lifetime + _grace);
            if (took is { } counted)
            {
                measured.Add((counted.TotalSeconds, group.Group));
            }
            else
            {
                leftOut[why] = leftOut.GetValueOrDefault(why) + 1;
            }
        }

        measured.Sort((a, b) => a.Seconds.CompareTo(b.Seconds));
        var seconds = measured.ConvertAll(m => m.Seconds);
        return new TakeoverReport(
            newborn ? $"{FaultNames.Of(fault)}, new groups" : FaultNames.Of(fault), seconds.Count, Percentile(seconds, 50),
            Percentile(seconds, 90), Percentile(seconds, 99), Percentile(seconds, 100),
            measured.Count > 0 ? measured[^1].Group.ToString() : null, bound?.TotalSeconds, leftOut);
    }

    public static PromiseReport Check(IReadOnlyList<TakeoverReport> reports)
    {
        var verdict = new Verdict("takeover", "99 of 100 lost groups have a new owner within the bound");
        foreach (var report in reports.Where(r => r.Count > 0 && r.Bound is not null))
        {
            verdict.Check(
                report.P99 <= report.Bound,
                $"after {report.Fault} the 99th percentile is {report.P99:0.00} s, over {report.Bound:0.0} s; "
                    + $"the slowest: {report.Slowest}");
        }

        return verdict.Report() with { Checked = reports.Sum(r => r.Count) };
    }

    // The nearest rank: the smallest value that so many percent do not exceed.
    internal static double Percentile(IReadOnlyList<double> sorted, int percent) =>
        sorted.Count == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * percent / 100.0) - 1)];

    internal (TimeSpan? Took, string LeftOut) Measure(OrphanedGroup orphaned, TimeSpan bound)
    {
        var later = orphaned.Since.UtcDateTime.AddSeconds(1);
        if (attempts[orphaned.Group].Any(a => a.Epoch == orphaned.Epoch && a.Outcome != "lost" && a.FinishedAt > later))
        {
            return (null, "its owner went on");
        }

        if (epochs[orphaned.Group].Where(e => e > orphaned.Epoch).DefaultIfEmpty().Min() is var next && next == 0)
        {
            return (null, "no owner needed");
        }

        var end = DateTimeOffset.UnixEpoch.AddTicks(next * TimeSpan.TicksPerMicrosecond);
        var start = orphaned.Since;
        while (start < end && timeline.IsDatabaseAway(start, end, out var until))
        {
            start = until;
        }

        if (start > end)
        {
            return start == orphaned.Since ? (TimeSpan.Zero, "") : (null, "the database was away");
        }

        // Nobody was there who could have taken over, so the time until the silos are back counts.
        if (orphaned.Fault == FaultKind.Outage)
        {
            return (end - start, "");
        }

        var judged = end < start + bound ? end : start + bound;
        var calm = Enumerable.Range(1, silos).Where(s => s != orphaned.Silo && timeline.IsUndisturbed(s, start, judged)).ToList();
        return calm.Count == 0 ? (null, "no undisturbed silo")
            : !calm.Any(s => HadFreeSlot(s, start, judged)) ? (null, "no free slot")
            : (end - start, "");
    }

    private bool HadFreeSlot(int silo, DateTimeOffset from, DateTimeOffset to) =>
        slots.Where(s => s.At >= from && s.At <= to).Append(slots.LastOrDefault(s => s.At < from)).All(s => s is null || s.HasFree(silo));
}
