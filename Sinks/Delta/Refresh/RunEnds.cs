using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;

namespace OrleansBatch.Sinks.Delta.Refresh;

// Ends runs: a full refresh is put in place, or its stage is emptied. Other runs have nothing to end.
internal sealed class RunEnds(Lake lake, Committer committer, Commits commits)
{
    public async Task<RunEndResult> EndAsync(RunEndContext context, CancellationToken cancellationToken)
    {
        if (context.SyncType != SyncType.FullRefresh)
        {
            return RunEndResult.Done;
        }

        var table = lake.Open(context.Group);
        var (log, end) = (table.StageOf(context.OriginRunId), new RefreshEnd(table, commits));
        var notes = await committer.RunAsync(table, table.Main, context, PrepareAsync, cancellationToken);
        await ClearAsync(table, log, end, context, cancellationToken);
        await new StageSweep(lake).RunAsync(table, cancellationToken);
        return new RunEndResult { Notes = notes };

        async Task<PreparedCommit<IReadOnlyList<string>>> PrepareAsync()
        {
            var standing = await Standing.OfAsync(table, log, context, lake.NotReady, cancellationToken);
            if (context.End != RunEnd.Failed)
            {
                // A run may fail at a batch that the table has already, and even has later ones: its owners were lost too often in them.
                standing.RequireNotAhead(context.Seq + 1);
            }

            var main = await table.Main.ReadAsync(cancellationToken);
            TableRules.Require(main, table.Group, lake.NotReady);
            var prepared = end.Prepare(main, await log.ReadAsync(cancellationToken), context, standing.MovedTo(0));
            return prepared is var (commit, said)
                ? new PreparedCommit<IReadOnlyList<string>>(said, main, commit)
                : new PreparedCommit<IReadOnlyList<string>>([]);
        }
    }

    private async Task ClearAsync(
        GroupTable table, TableLog log, RefreshEnd end, RunEndContext context, CancellationToken cancellationToken)
    {
        var staged = await committer.RunAsync(table, log, context, PrepareAsync, cancellationToken);
        var main = await table.Main.ReadAsync(cancellationToken);

        // Files that the table had for a while are vacuum's.
        var had = main?.Files.Keys.Concat(main.Tombstones.Values.Select(t => t.Path)).ToHashSet(StringComparer.Ordinal) ?? [];
        await table.Store.DeleteAsync([.. staged.Where(f => !had.Contains(f))], cancellationToken);

        async Task<PreparedCommit<IReadOnlyList<string>>> PrepareAsync()
        {
            var standing = await Standing.OfAsync(table, log, context, lake.NotReady, cancellationToken);
            var stage = await log.ReadAsync(cancellationToken);
            return stage is null || (stage.Files.IsEmpty && TableMarks.LastIndexOf(stage, context.OriginRunId) is null or -1)
                ? new PreparedCommit<IReadOnlyList<string>>([])
                : new PreparedCommit<IReadOnlyList<string>>(
                    [.. stage.Files.Values.Select(f => f.Path)], stage, end.Clear(stage, context, standing.MovedTo(0)));
        }
    }
}
