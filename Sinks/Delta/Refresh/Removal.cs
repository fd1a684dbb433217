using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Refresh;

// Forgets a group: its last commit removes every row, column and mark, and everything before it is deleted.
// The last version of the log stays, with the owner's token: a former owner that thaws finds its version taken.
internal sealed class Removal(Lake lake, Committer committer, Commits commits)
{
    private const string Log = "_delta_log/";

    public async Task RemoveAsync(ForgetContext context, CancellationToken cancellationToken)
    {
        var table = lake.Open(context.Group);
        var version = await committer.RunAsync(table, table.Main, context, PrepareAsync, cancellationToken);
        if (version < 0)
        {
            return;
        }

        await table.Main.CheckpointAsync(cancellationToken);
        await context.EnsureOwnedAsync(cancellationToken);
        await DeleteAsync(table, version, cancellationToken);

        async Task<PreparedCommit<long>> PrepareAsync()
        {
            var snapshot = await table.Main.ReadAsync(cancellationToken);
            TableRules.Require(snapshot, table.Group, lake.NotReady);
            var marks = TableMarks.Of(snapshot);
            if (marks.Token > context.FencingToken)
            {
                throw lake.NotReady.NewerToken(table.Group, table.Store.Address, marks.Token, context.FencingToken);
            }

            return snapshot is null ? new PreparedCommit<long>(-1)
                : IsEmpty(snapshot) ? new PreparedCommit<long>(snapshot.Version)
                : new PreparedCommit<long>(snapshot.Version + 1, snapshot, commits.Of(
                    table.Group,
                    snapshot,
                    new Change(Operations.Truncate, TableShape.Empty) { Removed = [.. snapshot.Files.Values] },
                    new TableMarks(context.FencingToken, 0),
                    Guid.Empty,
                    context,
                    [.. MarksOfRuns(snapshot).Select(t => commits.Mark(t.AppId, -1))]));
        }
    }

    private static bool IsEmpty(Snapshot snapshot) =>
        snapshot.Files.IsEmpty && snapshot.Schema.Fields.Count == 0 && MarksOfRuns(snapshot).All(t => t.Version < 0);

    private static IEnumerable<Transaction> MarksOfRuns(Snapshot snapshot) =>
        snapshot.Transactions.Values.Where(t => t.AppId is not (AppIds.Token or AppIds.Seq));

    // The log goes last and from its beginning on, so that it can be read at any moment.
    private static async Task DeleteAsync(GroupTable table, long version, CancellationToken cancellationToken)
    {
        var (others, log) = (new List<string>(), new List<string>());
        await foreach (var found in table.Store.ListAsync(string.Empty, null, cancellationToken))
        {
            if (!found.Name.StartsWith(Log, StringComparison.Ordinal))
            {
                others.Add(found.Name);
            }
            else if (VersionOf(found.Name) is { } of && of < version)
            {
                log.Add(found.Name);
            }
        }

        await table.Store.DeleteAsync(others, cancellationToken);
        await table.Store.DeleteAsync(log, cancellationToken);
    }

    private static long? VersionOf(string name) =>
        name.Length >= Log.Length + 20 && long.TryParse(name.AsSpan(Log.Length, 20), out var version) ? version : null;
}
