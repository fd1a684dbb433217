using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Work;

namespace OrleansBatch.Drill.Checks;

// Reads the records of the queue and the sink after the work's end.
internal static class HistoryLoader
{
    public static async Task<DrillHistory> LoadAsync(DrillDatabase database, WorkLog work, CancellationToken ct) => new()
    {
        Expected = work.Expected,
        RolledBackPaths = work.RolledBackPaths.ToHashSet(StringComparer.Ordinal),
        Groups = await database.ReadSurelyAsync(
            "drill_groups", r => new GroupFact(Group(r), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5)), ct),
        Batches = await database.ReadSurelyAsync(
            "drill_batches",
            r => new BatchFact(
                Group(r), r.GetGuid(2), r.GetInt32(3), r.GetInt64(4), r.GetString(5), r.GetString(6),
                r.IsDBNull(7) ? null : r.GetString(7)),
            ct),
        Attempts = await database.ReadSurelyAsync(
            "drill_attempts",
            r => new AttemptFact(
                Group(r), r.GetInt64(2), r.GetInt32(3), r.GetString(4), Time(r, 5), r.GetDateTime(6), r.GetString(7), r.GetInt64(8)),
            ct),
        Ledger = await database.ReadSurelyAsync(
            "drill_ledger",
            r => new LedgerFact(
                Group(r), r.GetInt64(2), r.GetInt32(3), r.GetInt64(4), r.GetString(5), r.GetDateTime(6), Time(r, 7),
                r.IsDBNull(8) ? null : r.GetString(8)),
            ct),
        RunStates = (await database.ReadSurelyAsync("drill_runs", r => (Run: r.GetGuid(0), State: r.GetString(1)), ct))
            .ToDictionary(r => r.Run, r => r.State),
    };

    private static DateTime? Time(Row r, int ordinal) => r.IsDBNull(ordinal) ? null : r.GetDateTime(ordinal);

    private static GroupKey Group(Row r) => new(r.GetInt64(0), r.GetString(1));
}
