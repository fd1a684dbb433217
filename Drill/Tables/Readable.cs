using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Tables;

// What a reader saw of a table during the drill, or the error that it met.
internal sealed record TableLook(GroupKey Group, long Version, RowsDigest Rows, string? Error = null);

// Tells bags of rows apart, in any order.
internal readonly record struct RowsDigest(int Count, int Hash)
{
    public static RowsDigest Of(IReadOnlyCollection<TableRow> rows) =>
        new(rows.Count, rows.Aggregate(0, (sum, r) => unchecked(sum + r.GetHashCode())));
}

// Readers beside the writers see no error and no missing file, and nothing but the versions of the log.
// No stage stays when its run is over.
internal static class Readable
{
    public static PromiseReport Check(DrillHistory history, IReadOnlyList<TableHistory> tables, IReadOnlyCollection<TableLook> looks)
    {
        var verdict = new Verdict("readable", "a reader in a loop sees whole versions and no error, and no stage outlives its run");
        var byGroup = tables.ToDictionary(t => t.Group);
        foreach (var table in tables)
        {
            verdict.Check(table.Trouble.Count == 0, table.Group, null, () => string.Join("; ", table.Trouble));
            var live = TableHistory.LiveFiles(table.Versions);
            verdict.Check(
                live.SetEquals(table.Newest), table.Group, table.Versions is [.., var newest] ? newest.Seq : null,
                () => $"from the last checkpoint on the log has {table.Newest.Count} files, and from its beginning {live.Count}");
            foreach (var stage in table.Stages)
            {
                var left = TableHistory.LiveFiles(stage.Versions).Count;
                verdict.Check(
                    left == 0 || !history.Runs.Any(r => r.OriginRunId == stage.Run && HasEnded(r)), table.Group, null,
                    () => $"the stage of run {stage.Run}, which has ended, still has {left} files");
            }
        }

        var digests = tables.ToDictionary(t => t.Group, t => t.Replay().ToDictionary(v => v.Version.Version, v => RowsDigest.Of(v.Rows)));
        foreach (var look in looks)
        {
            verdict.Check(look.Error is null, look.Group, null, () => $"a reader met an error: {look.Error}");
            verdict.Check(
                look.Error is not null
                    || (digests.TryGetValue(look.Group, out var found) && found.GetValueOrDefault(look.Version) == look.Rows),
                look.Group, null,
                () => $"a reader saw {look.Rows.Count} rows at version {look.Version}, and they are not those of that version");
        }

        return verdict.Report();
    }

    private static bool HasEnded(RunFact run) => run.State is "succeeded" or "failed" or "cancelled" or "superseded";
}
