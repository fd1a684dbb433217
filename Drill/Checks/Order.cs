namespace OrleansBatch.Drill.Checks;

// G1: an entry begins only after the one before it has ended for good.
internal static class Order
{
    public static PromiseReport Check(DrillHistory history)
    {
        var verdict = new Verdict("order", "a batch begins only after the commit of the one before it");
        var ledger = history.Ledger.ToLookup(l => l.Group);
        foreach (var (group, attempts) in history.AttemptsByGroup())
        {
            var ends = attempts.Where(a => a.Outcome is "succeeded" or "failed").ToList();
            foreach (var (before, after) in ends.Zip(ends.Skip(1)))
            {
                verdict.Check(before.Seq < after.Seq, group, after.Seq, () => $"it ended after seq {before.Seq} had ended");
            }

            // The latest end of all entries up to a seq. Skipped entries have no end of their own.
            var ended = new SortedList<long, DateTime>();
            foreach (var end in ends.GroupBy(e => e.Seq).OrderBy(g => g.Key))
            {
                var latest = end.Max(e => e.FinishedAt);
                ended.Add(end.Key, ended.Count == 0 || ended.Values[^1] < latest ? latest : ended.Values[^1]);
            }

            foreach (var row in ledger[group])
            {
                var last = LastBefore(ended, row.Seq);
                verdict.Check(
                    last is null || row.StartedAt >= last, group, row.Seq,
                    () => $"{row.Silo} began it at {row.StartedAt:HH:mm:ss.ffffff}, "
                        + $"before an earlier entry ended at {last:HH:mm:ss.ffffff}");
            }
        }

        return verdict.Report();
    }

    private static DateTime? LastBefore(SortedList<long, DateTime> ended, long seq)
    {
        var (low, high) = (0, ended.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ended.Keys[middle] < seq ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : ended.Values[low - 1];
    }
}
