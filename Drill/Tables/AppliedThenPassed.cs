using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Tables;

// Batches that an owner applied and was lost before it could say so, and that the next owner then skipped or failed for other reasons.
// The queue does not ask the sink for these. The next owner's token stands in the log after such a batch.
internal static class AppliedThenPassed
{
    public static IReadOnlySet<(GroupKey Group, long Seq)> Find(DrillHistory history, IReadOnlyList<TableHistory> tables)
    {
        var found = new HashSet<(GroupKey Group, long Seq)>();
        var byGroup = tables.ToDictionary(t => t.Group);
        var entries = history.Batches.ToLookup(history.OriginOf);
        foreach (var batch in history.Batches.Where(b => b.State is "failed" or "skipped"))
        {
            // A retry of the run brings the batch again, and may have succeeded.
            var origin = history.OriginOf(batch);
            var again = entries[origin].Where(b => b.Seq > batch.Seq).Min(b => (long?)b.Seq) ?? long.MaxValue;
            if (byGroup.TryGetValue(batch.Group, out var table)
                && LogsOf(table, origin.Run).Any(log => IsIn(table, log, origin, batch.Seq, again)))
            {
                found.Add((batch.Group, batch.Seq));
            }
        }

        return found;
    }

    private static IEnumerable<IReadOnlyList<TableVersion>> LogsOf(TableHistory table, Guid run) =>
        table.Stages.Where(s => s.Run == run).Select(s => s.Versions).Append(table.Versions);

    private static bool IsIn(
        TableHistory table, IReadOnlyList<TableVersion> log, (Guid Run, int Index) origin, long seq, long again)
    {
        var applied = log.FirstOrDefault(v => v.Seq >= seq && v.Seq < again && v.Added.Any(HasRows));
        return applied is not null && log.Any(v => v.Version > applied.Version && v.Token > applied.Token);

        bool HasRows(string file) => table.Files.TryGetValue(file, out var rows) && rows.Any(r => (r.Run, r.Batch) == origin);
    }
}
