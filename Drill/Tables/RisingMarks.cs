using System.Globalization;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Tables;

// G2, from the logs themselves: a former owner commits nothing after its successor, to a table as little as to a stage.
internal static class RisingMarks
{
    public static PromiseReport Check(DrillHistory history, IReadOnlyList<TableHistory> tables, IReadOnlyCollection<FenceFact> fences)
    {
        var verdict = new Verdict("rising marks", "along the versions of a log no token falls, and no seq or index comes again");
        var record = new QueueRecord(history);
        foreach (var table in tables)
        {
            Check(verdict, record, table.Group, "the table", table.Versions, isStage: false);
            foreach (var stage in table.Stages)
            {
                Check(verdict, record, table.Group, $"the stage of run {stage.Run}", stage.Versions, isStage: true);
            }
        }

        foreach (var fence in fences)
        {
            verdict.Check(
                fence.Token > fence.CaughtToken, fence.Group, fence.Seq,
                () => $"the batch was passed, but in {fence.Log} stood the token {Text(fence.Token)}, not one after "
                    + $"{fence.CaughtToken}: its former owner could still have committed");
        }

        return verdict.Report();
    }

    private static string Text(long? token) => token?.ToString(CultureInfo.InvariantCulture) ?? "none";

    private static void Check(
        Verdict verdict, QueueRecord record, GroupKey group, string log, IReadOnlyList<TableVersion> versions, bool isStage)
    {
        var (token, seq, live) = (0L, 0L, new HashSet<string>(StringComparer.Ordinal));
        var runs = new Dictionary<Guid, long>();
        foreach (var version in versions)
        {
            var where = $"version {version.Version} of {log}";
            verdict.Check(
                version.Token >= token, group, version.Seq, () => $"{where} has the token {version.Token} after the token {token}");
            verdict.Check(version.Seq >= seq, group, version.Seq, () => $"{where} has the seq {version.Seq} after the seq {seq}");
            (token, seq) = (Math.Max(token, version.Token ?? 0), Math.Max(seq, version.Seq ?? 0));
            foreach (var (run, index) in version.Runs)
            {
                // A stage that was emptied begins anew: a retried run brings its batches again.
                verdict.Check(
                    index > runs.GetValueOrDefault(run, -1) || (isStage && index == -1), group, version.Seq,
                    () => $"{where} brings batch {index} of run {run} after batch {runs[run]}");
                runs[run] = index;
                verdict.Check(
                    isStage || version.Refreshes.Contains(run) || record.SyncTypeOf(run) != "full_refresh", group, version.Seq,
                    () => $"{where} brings batch {index} of the full refresh {run} before its end");
            }

            verdict.Check(
                version.Removed.All(live.Contains) && !version.Added.Any(live.Contains), group, version.Seq,
                () => $"{where} removes a file that is not there, or adds one that is");
            live.ExceptWith(version.Removed);
            live.UnionWith(version.Added);
        }
    }
}
