using System.Globalization;
using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Tables;

// G4, from the tables themselves: what the queue calls succeeded is there once, and nothing else is.
internal static class OnceInEffect
{
    public static PromiseReport Check(DrillHistory history, IReadOnlyList<TableHistory> tables)
    {
        var verdict = new Verdict("once in effect", "a batch that succeeded is in its table once, and no other batch is there");
        var record = new QueueRecord(history);
        var byGroup = tables.ToDictionary(t => t.Group);
        foreach (var group in history.Batches.Select(b => b.Group).Distinct())
        {
            var table = byGroup.GetValueOrDefault(group) ?? new TableHistory(group);
            var rows = table.Replay().LastOrDefault().Rows ?? [];
            var difference = record.Replay(group).Difference(rows, record.Explain);
            verdict.Check(difference is null, group, null, () => $"in the end {difference}");
        }

        foreach (var batch in history.Batches.Where(b => b.State == "succeeded" && record.SyncTypeOf(b.RunId) != "full_refresh"))
        {
            var (run, index) = history.OriginOf(batch);
            var has = byGroup.GetValueOrDefault(batch.Group)?.Versions
                .SelectMany(v => v.Runs).Where(r => r.Run == run).Max(r => (long?)r.Index);
            verdict.Check(
                has >= index, batch.Group, batch.Seq,
                () => $"the queue says that it succeeded, but the table has the batches of its run up to {Text(has)}, not {index}");
        }

        return verdict.Report();
    }

    private static string Text(long? index) => index?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
