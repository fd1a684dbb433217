using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Upkeep;

// The data files that somebody may still read: those of the table, those that were removed not long ago, and those of stages.
internal static class LiveFiles
{
    public static async Task<HashSet<string>> OfAsync(
        GroupTable table, Snapshot snapshot, DateTimeOffset removedAfter, CancellationToken cancellationToken)
    {
        var live = new HashSet<string>(StringComparer.Ordinal);
        Add(snapshot);
        foreach (var run in await table.ListStagesAsync(cancellationToken))
        {
            if (await table.StageOf(run).ReadAsync(cancellationToken) is { } stage)
            {
                Add(stage);
            }
        }

        return live;

        void Add(Snapshot of)
        {
            live.UnionWith(of.Files.Values.Select(f => f.Path));
            live.UnionWith(of.Tombstones.Values.Where(t => t.DeletionTimestamp > removedAfter).Select(t => t.Path));
        }
    }
}
