using System.Globalization;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.Delta.Upkeep;

// Brings the rows and columns of an earlier version back, as a new version. The marks stay where they are: the queue goes on behind its
// last batch, and a replay brings batches again that are to come once more.
internal sealed class Restore(Lake lake, Committer committer, Commits commits)
{
    public Task<string> RunAsync(GroupTable table, UpkeepContext context, CancellationToken cancellationToken)
    {
        var version = context.Version ?? throw new ArgumentException("A version is needed.", nameof(context));
        return committer.RunAsync(table, table.Main, context, PrepareAsync, cancellationToken);

        async Task<PreparedCommit<string>> PrepareAsync()
        {
            var present = await table.Main.ReadAsync(cancellationToken)
                ?? throw new UpkeepRefusedException($"There is no table {table.Store.Address}, so there is no version to restore.");
            TableRules.Require(present, table.Group, lake.NotReady);
            var marks = OwnerMarks.Of(present, table, context, lake.NotReady);
            var past = await ReadAsync(table, version, present, cancellationToken);
            var added = past.Files.Values.Where(f => !IsIn(present, f)).ToList();
            var removed = present.Files.Values.Where(f => !IsIn(past, f)).ToList();
            var shape = TableShape.Of(past.Schema, table.Store.Address);
            if (added.Count == 0 && removed.Count == 0 && past.Schema.ToJson() == present.Schema.ToJson())
            {
                return new PreparedCommit<string>("The table has the rows of this version already.");
            }

            RequireYoung(table, version, added, present);
            await RequireThereAsync(table, version, LiveFiles.NamesOf(added), cancellationToken);
            var change = new Change(Operations.Restore, shape) { Added = added, Removed = removed, RowsComeBack = true };
            return new PreparedCommit<string>(
                string.Create(CultureInfo.InvariantCulture, $"Version {present.Version + 1} has the rows of version {version}."),
                present,
                commits.Of(table.Group, present, change, marks, Guid.Empty, context));
        }
    }

    // With the same rows marked.
    private static bool IsIn(Snapshot snapshot, AddFile file) =>
        snapshot.Files.TryGetValue(file.Path, out var other) && other.DeletionVector == file.DeletionVector;

    private static async Task<Snapshot> ReadAsync(
        GroupTable table, long version, Snapshot present, CancellationToken cancellationToken)
    {
        try
        {
            return version > present.Version
                ? throw new UpkeepRefusedException(
                    $"The table {table.Store.Address} has no version {version}: its newest is {present.Version}. Choose one that "
                    + "\"table history\" lists.")
                : await table.Main.ReadAtAsync(version, cancellationToken) ?? present;
        }
        catch (DeltaLogException error)
        {
            throw new UpkeepRefusedException($"Version {version} can't be restored. {error.Message}", error);
        }
    }

    // A vacuum that is under way somewhere may be about to delete a file that is older.
    private void RequireYoung(GroupTable table, long version, IEnumerable<AddFile> added, Snapshot present)
    {
        var removed = present.Tombstones.Values.ToLookup(t => t.Path, t => t.DeletionTimestamp, StringComparer.Ordinal);
        var young = lake.Time.GetUtcNow() - lake.Options.VacuumAge;
        if (added.FirstOrDefault(f => !present.Files.ContainsKey(f.Path) && !removed[f.Path].Any(t => t > young)) is { } old)
        {
            throw new UpkeepRefusedException(
                $"Version {version} of {table.Store.Address} can't be restored: its file {old.Path} was removed longer ago than VacuumAge, "
                + "so vacuum may take it at any moment. Choose a younger version, or replay the group.");
        }
    }

    private static async Task RequireThereAsync(
        GroupTable table, long version, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var missing = names.ToHashSet(StringComparer.Ordinal);
        if (missing.Count > 0)
        {
            await foreach (var found in table.Store.ListAsync(string.Empty, null, cancellationToken))
            {
                missing.Remove(found.Name);
            }
        }

        if (missing.Count > 0)
        {
            throw new UpkeepRefusedException(
                $"Version {version} of {table.Store.Address} can't be restored: {missing.Count} of its files were deleted, "
                + $"{missing.Order(StringComparer.Ordinal).First()} among them. Choose a younger version, or replay the group.");
        }
    }
}
