using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Work;

namespace OrleansBatch.Drill.Checks;

// Reads the records of the queue and the sink after the work's end.
internal static class HistoryLoader
{
    public static async Task<DrillHistory> LoadAsync(DrillDatabase database, WorkLog work, string sink, CancellationToken ct)
    {
        var runs = await database.ReadSurelyAsync(
            "drill_runs",
            r => new RunFact(
                Group(r), r.GetGuid(2), r.GetString(3), r.GetGuid(4), r.GetString(5), r.IsDBNull(6) ? null : r.GetInt64(6)),
            ct, sink);
        var hasLedger = sink == DrillSinks.Probe;
        return new DrillHistory
        {
            Runs = runs,
            RunStates = runs.ToDictionary(r => r.RunId, r => r.State),
            Contents = work.Contents,
            HasLedger = hasLedger,
            Origins = (await database.ReadSurelyAsync(
                "drill_origins", r => (Own: (r.GetGuid(0), r.GetInt32(1)), Origin: (r.GetGuid(2), r.GetInt32(3))), ct))
                .ToDictionary(o => o.Own, o => o.Origin),
            Expected = work.Expected,
            RolledBackPaths = work.RolledBackPaths.ToHashSet(StringComparer.Ordinal),
            Groups = await database.ReadSurelyAsync(
                "drill_groups", r => new GroupFact(Group(r), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5)), ct),
            Batches = await database.ReadSurelyAsync(
                "drill_batches",
                r => new BatchFact(
                    Group(r), r.GetGuid(2), r.GetInt32(3), r.GetInt64(4), r.GetString(5), r.GetString(6),
                    r.IsDBNull(7) ? null : r.GetString(7)),
                ct, sink),
            Attempts = await database.ReadSurelyAsync(
                "drill_attempts",
                r => new AttemptFact(
                    Group(r), r.GetInt64(2), r.GetInt32(3), r.GetString(4), Time(r, 5), r.GetDateTime(6), r.GetString(7), r.GetInt64(8)),
                ct),
            Ledger = !hasLedger ? [] : await database.ReadSurelyAsync(
                "drill_ledger",
                r => new LedgerFact(
                    Group(r), r.GetInt64(2), r.GetInt32(3), r.GetInt64(4), r.GetString(5), r.GetDateTime(6), Time(r, 7),
                    r.IsDBNull(8) ? null : r.GetString(8)),
                ct),
        };
    }

    private static DateTime? Time(Row r, int ordinal) => r.IsDBNull(ordinal) ? null : r.GetDateTime(ordinal);

    private static GroupKey Group(Row r) => new(r.GetInt64(0), r.GetString(1));
}
