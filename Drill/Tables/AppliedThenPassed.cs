using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Tables;

// Batches that an owner applied and was lost before it could say so, and that the next owner then skipped or failed for other reasons.
// The queue does not ask the sink for these. They are known by the next owner's token, which stands in the log after them.
internal static class AppliedThenPassed
{
    public static IReadOnlySet<(Guid Run, int Index)> Find(DrillHistory history, IReadOnlyList<TableHistory> tables)
    {
        var found = new HashSet<(Guid Run, int Index)>();
        var byGroup = tables.ToDictionary(t => t.Group);
        foreach (var batch in history.Batches.Where(b => b.State is "failed" or "skipped"))
        {
            var origin = history.OriginOf(batch);
            if (byGroup.TryGetValue(batch.Group, out var table) && LogsOf(table, origin.Run).Any(log => Has(table, log, origin)))
            {
                found.Add(origin);
            }
        }

        return found;
    }

    private static IEnumerable<IReadOnlyList<TableVersion>> LogsOf(TableHistory table, Guid run) =>
        table.Stages.Where(s => s.Run == run).Select(s => s.Versions).Append(table.Versions);

    private static bool Has(TableHistory table, IReadOnlyList<TableVersion> log, (Guid Run, int Index) origin)
    {
        var applied = log.FirstOrDefault(v => v.Added.Any(f => table.Files.TryGetValue(f, out var rows) && rows.Any(r => (r.Run, r.Batch) == origin)));
        return applied is not null && log.Any(v => v.Version > applied.Version && v.Token > applied.Token);
    }
}
