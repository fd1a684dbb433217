using System.Globalization;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Delta.Upkeep;

// Merges small files by a commit that changes no row. Readers of the version before go on with the small files until vacuum takes them.
internal sealed class Compaction(Lake lake, Committer committer, Commits commits, SmallFiles small, Pace pace)
{
    // The largest file that a slice's time is enough for.
    public long LargestFile(TimeSpan slice) => Math.Min(lake.Options.TargetFileMegabytes * 1024L * 1024, pace.BytesIn(slice));

    // Merges some files; answers null when there are none to merge.
    public async Task<string?> RunAsync(
        GroupTable table, UpkeepContext context, bool onlyMany, CancellationToken cancellationToken)
    {
        var largest = LargestFile(context.Slice);
        return await committer.RunAsync(table, table.Main, context, PrepareAsync, cancellationToken);

        async Task<PreparedCommit<string?>> PrepareAsync()
        {
            var snapshot = await table.Main.ReadAsync(cancellationToken);
            TableRules.Require(snapshot, table.Group, lake.NotReady);
            var marks = OwnerMarks.Of(snapshot, table, context, lake.NotReady);
            var files = snapshot is null ? []
                : onlyMany ? small.PickMany([.. snapshot.Files.Values], largest) : SmallFiles.PickAny([.. snapshot.Files.Values], largest);
            if (files.Count == 0)
            {
                return new PreparedCommit<string?>(null);
            }

            var shape = TableShape.Of(snapshot!.Schema, table.Store.Address);
            var written = await MergeAsync(table, files, shape, cancellationToken);
            var change = new Change(Operations.Optimize, shape) { Added = written.Written, Removed = files, ChangesRows = false };
            return new PreparedCommit<string?>(
                Said(files, written.Written), snapshot, commits.Of(table.Group, snapshot, change, marks, Guid.Empty, context), written);
        }
    }

    private async Task<DataFiles> MergeAsync(
        GroupTable table, IReadOnlyList<AddFile> files, TableShape shape, CancellationToken cancellationToken)
    {
        using var lease = lake.Sessions.Rent();
        var written = new DataFiles(table.Store, lease.Session, lake.Time);
        await pace.MeasureAsync(
            files.Sum(f => f.Size),
            () => new Rewrite(lease.Session, table.Store, written, lake.Options.TargetFileMegabytes).RunAsync(
                files, shape, rows => SqlText.Of($"SELECT * FROM {rows}"), cancellationToken));
        lease.Keep();
        return written;
    }

    private static string Said(IReadOnlyCollection<AddFile> before, IReadOnlyCollection<AddFile> after) => string.Create(
        CultureInfo.InvariantCulture,
        $"{before.Count} files of {before.Sum(f => f.Size):N0} bytes became {after.Count} of {after.Sum(f => f.Size):N0}.");
}
