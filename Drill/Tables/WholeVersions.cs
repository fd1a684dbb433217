using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Tables;

// Every version that a reader may see: whole batches in the queue's order, and a refresh whole or not at all.
internal static class WholeVersions
{
    public static PromiseReport Check(DrillHistory history, IReadOnlyList<TableHistory> tables)
    {
        var verdict = new Verdict("whole versions", "each version has whole batches in order, and no refresh by half");
        var record = new QueueRecord(history);
        foreach (var table in tables)
        {
            Check(verdict, history, record, table);
        }

        return verdict.Report();
    }

    private static void Check(Verdict verdict, DrillHistory history, QueueRecord record, TableHistory table)
    {
        var model = new TableModel(history.Contents);
        var reached = new Dictionary<Guid, long>();
        var lastSeq = 0L;
        foreach (var (version, rows) in table.Replay())
        {
            var refreshes = version.Refreshes.ToList();
            foreach (var (run, last) in version.Runs)
            {
                var first = reached.GetValueOrDefault(run, -1) + 1;
                reached[run] = last;
                if (!refreshes.Contains(run) && record.SyncTypeOf(run) != "full_refresh")
                {
                    Apply(run, first, last);
                }
            }

            foreach (var run in refreshes)
            {
                var indexes = Enumerable.Range(0, (int)reached.GetValueOrDefault(run, -1) + 1);
                model.Refresh(run, indexes.Where(i => record.AppliedSeq(run, i) is not null));
            }

            var what = refreshes.Count > 0 ? $"at the refresh by run {refreshes[0]} " : "";
            var difference = model.Difference(rows, record.Explain);
            verdict.Check(difference is null, table.Group, version.Seq, () => $"at version {version.Version} {what}{difference}");
            if (difference is not null)
            {
                model.Adopt(rows);
            }

            void Apply(Guid run, long first, long last)
            {
                for (var index = (int)first; index <= last; index++)
                {
                    // A batch that was passed unapplied has left its index out.
                    if (record.AppliedSeq(run, index) is { } seq)
                    {
                        verdict.Check(
                            seq > lastSeq, table.Group, seq, () => $"at version {version.Version} it comes after seq {lastSeq} was there");
                        lastSeq = Math.Max(lastSeq, seq);
                        (record.SyncTypeOf(run) == "incremental" ? (Action<Guid, int>)model.Upsert : model.Append)(run, index);
                    }
                }
            }
        }
    }
}
