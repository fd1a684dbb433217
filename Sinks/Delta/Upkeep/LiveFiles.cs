using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Vectors;

namespace OrleansBatch.Sinks.Delta.Upkeep;

// The files that somebody may still read: those of the table, those that were removed not long ago, and those of stages.
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
            live.UnionWith(NamesOf(of.Files.Values));
            foreach (var removed in of.Tombstones.Values.Where(t => t.DeletionTimestamp > removedAfter))
            {
                live.UnionWith(NamesOf(removed.Path, removed.DeletionVector));
            }
        }
    }

    // Data files and the files of their vectors.
    public static IEnumerable<string> NamesOf(IEnumerable<AddFile> files) => files.SelectMany(f => NamesOf(f.Path, f.DeletionVector));

    private static IEnumerable<string> NamesOf(string path, DeletionVector? vector)
    {
        // Whether a whole address lies in the table's directory is not known for certain.
        if (path.Contains("://", StringComparison.Ordinal) || path.StartsWith('/') || vector is { StorageType: "p" })
        {
            throw new UpkeepRefusedException(
                $"The table names files by whole addresses, such as {path}: which files nothing needs can't be told. Have the group loaded "
                + "to a table of its own.");
        }

        return vector is not null && VectorFiles.NameOf(vector) is { } name ? [path, name] : [path];
    }
}
