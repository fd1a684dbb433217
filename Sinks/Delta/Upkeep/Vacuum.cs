using System.Globalization;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;

namespace OrleansBatch.Sinks.Delta.Upkeep;

// Deletes data files that no version needs: files that were removed long ago, and files whose writer did not get to its commit.
// A file that is younger than the age may belong to a commit that is being made, or to a reader.
internal sealed class Vacuum(Lake lake, Committer committer, Commits commits)
{
    private const int AtOnce = 200;

    // Answers null when another slice is to follow.
    public async Task<string?> RunAsync(GroupTable table, UpkeepContext context, CancellationToken cancellationToken)
    {
        var start = lake.Time.GetTimestamp();
        var snapshot = await table.Main.ReadAsync(cancellationToken);
        if (snapshot is null)
        {
            return "There is no table.";
        }

        TableRules.Require(snapshot, table.Group, lake.NotReady);
        await committer.RunAsync(table, table.Main, context, () => RaiseAsync(table, context, cancellationToken), cancellationToken);
        var before = lake.Time.GetUtcNow() - lake.Options.VacuumAge;
        var live = await LiveFiles.OfAsync(table, snapshot, before, cancellationToken);
        var doomed = new List<string>();
        await foreach (var found in table.Store.ListAsync(string.Empty, table.Vacuumed.After, cancellationToken))
        {
            if (found.Modified < before && !IsHidden(found.Name) && !live.Contains(found.Name))
            {
                doomed.Add(found.Name);
            }

            var isOver = lake.Time.GetElapsedTime(start) > context.Slice;
            if (doomed.Count == AtOnce || isOver)
            {
                await DeleteAsync(table, doomed, context, cancellationToken);
                table.Vacuumed = (found.Name, table.Vacuumed.Files);
            }

            if (isOver)
            {
                return null;
            }
        }

        await DeleteAsync(table, doomed, context, cancellationToken);
        var files = table.Vacuumed.Files;
        table.Vacuumed = default;
        await committer.RunAsync(table, table.Main, context, () => PrepareAsync(table, context, cancellationToken), cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{files:N0} files were deleted.");
    }

    // Names that begin so are no data: the log, the stages, and what other programs keep beside the table.
    private static bool IsHidden(string name) => name.Split('/').Any(part => part.StartsWith('_') || part.StartsWith('.'));

    private static async Task DeleteAsync(
        GroupTable table, List<string> names, UpkeepContext context, CancellationToken cancellationToken)
    {
        await context.EnsureOwnedAsync(cancellationToken);
        await table.Store.DeleteAsync(names, cancellationToken);
        table.Vacuumed = (table.Vacuumed.After, table.Vacuumed.Files + names.Count);
        names.Clear();
    }

    // A former owner that is frozen right before its put may name a file that is deleted here. Its put fails once this token stands.
    private async Task<PreparedCommit<bool>> RaiseAsync(GroupTable table, UpkeepContext context, CancellationToken cancellationToken)
    {
        var snapshot = await table.Main.ReadAsync(cancellationToken);
        var marks = OwnerMarks.Of(snapshot, table, context, lake.NotReady);
        if (TableMarks.Of(snapshot).Token == marks.Token)
        {
            return new PreparedCommit<bool>(true);
        }

        var change = new Change(Operations.Fence, TableShape.Of(snapshot!.Schema, table.Store.Address)) { ChangesRows = false };
        return new PreparedCommit<bool>(true, snapshot, commits.Of(table.Group, snapshot, change, marks, Guid.Empty, context));
    }

    // The mark says when the table is due again.
    private async Task<PreparedCommit<bool>> PrepareAsync(GroupTable table, UpkeepContext context, CancellationToken cancellationToken)
    {
        var snapshot = await table.Main.ReadAsync(cancellationToken);
        var marks = OwnerMarks.Of(snapshot, table, context, lake.NotReady);
        var change = new Change(Operations.Vacuum, TableShape.Of(snapshot!.Schema, table.Store.Address)) { ChangesRows = false };
        return new PreparedCommit<bool>(true, snapshot, commits.Of(
            table.Group, snapshot, change, marks, Guid.Empty, context,
            commits.Mark(AppIds.Vacuumed, lake.Time.GetUtcNow().ToUnixTimeSeconds())));
    }
}
