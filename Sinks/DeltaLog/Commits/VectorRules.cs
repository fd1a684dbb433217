using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.DeltaLog.Commits;

// A file that is in the table comes again only with more of its rows marked, in place of itself. Other readers notice no breach:
// rows would come twice, or come back. https://github.com/delta-io/delta/blob/master/PROTOCOL.md#deletion-vectors
internal static class VectorRules
{
    public static void Require(Snapshot? read, Commit commit, DeltaProtocol protocol, DeltaMetadata metadata)
    {
        var removed = commit.Removes.ToDictionary(r => r.Path, StringComparer.Ordinal);
        foreach (var add in commit.Adds)
        {
            RequireNew(
                read?.Files.GetValueOrDefault(add.Path), add, removed.GetValueOrDefault(add.Path), commit.RowsComeBack);
            if (add.DeletionVector is { } vector)
            {
                RequireTable(protocol, metadata);
                RequireStats(add, vector);
            }
        }
    }

    private static void RequireNew(AddFile? present, AddFile add, RemoveFile? removed, bool rowsComeBack)
    {
        if (present is null)
        {
            return;
        }

        if (removed is null)
        {
            throw Wrong($"a file that is added is new, or replaces itself, and {add.Path} is in the table");
        }

        if (add.Key == present.Key || !(rowsComeBack || add.DeletionVector?.Cardinality > (present.DeletionVector?.Cardinality ?? 0)))
        {
            throw Wrong($"a file that replaces itself has more rows marked than before, unlike {add.Path}");
        }
    }

    private static void RequireTable(DeltaProtocol protocol, DeltaMetadata metadata)
    {
        if (!protocol.Has(DeletionVector.Feature) || !metadata.Has(DeletionVector.EnablingProperty))
        {
            throw Wrong(
                $"rows are marked in tables with the feature {DeletionVector.Feature} and the property {DeletionVector.EnablingProperty}");
        }
    }

    // Where all rows are gone, the file is.
    private static void RequireStats(AddFile add, DeletionVector vector)
    {
        if (add.Stats?.NumRecords is not { } rows || vector.Cardinality <= 0 || vector.Cardinality >= rows || !add.Stats.HasWideBounds())
        {
            throw Wrong($"a file with marked rows tells how many rows it has, more than are marked, and wide bounds, unlike {add.Path}");
        }
    }

    private static ArgumentException Wrong(string rule) => new($"The commit breaks a rule: {rule}.");
}
