using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Marks;

// How far a log has come in the queue: the newest owner that committed, and the last batch.
// Token and seq never expire. The marks of runs do, long after the queue has forgotten the runs.
internal readonly record struct TableMarks(long Token, long Seq)
{
    public static TableMarks Of(Snapshot? snapshot) => new(VersionOf(snapshot, AppIds.Token) ?? 0, VersionOf(snapshot, AppIds.Seq) ?? 0);

    // The index of the run's last batch that the log has, or null.
    public static long? LastIndexOf(Snapshot? snapshot, Guid originRunId) => VersionOf(snapshot, AppIds.OfRun(originRunId));

    public static bool HasRefresh(Snapshot? snapshot, Guid originRunId) => VersionOf(snapshot, AppIds.OfRefresh(originRunId)) > 0;

    public static DateTimeOffset? TimeOf(Snapshot snapshot, string appId) =>
        VersionOf(snapshot, appId) is > 0 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    // The run whose batches came last, with the index of its last one.
    public static (Guid Run, long Index)? LastRun(Snapshot snapshot) => snapshot.Transactions.Values
        .Where(t => t.Version >= 0 && Guid.TryParseExact(t.AppId, "D", out _))
        .OrderByDescending(t => t.LastUpdated ?? DateTimeOffset.MinValue)
        .Select(t => ((Guid, long)?)(Guid.ParseExact(t.AppId, "D"), t.Version))
        .FirstOrDefault();

    // What stands in every commit of an owner.
    public IEnumerable<Transaction> ToTransactions() => [new(AppIds.Token, Token), new(AppIds.Seq, Seq)];

    private static long? VersionOf(Snapshot? snapshot, string appId) =>
        snapshot is not null && snapshot.Transactions.TryGetValue(appId, out var transaction) ? transaction.Version : null;
}
