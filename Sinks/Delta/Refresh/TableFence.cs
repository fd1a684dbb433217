using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.Delta.Refresh;

// Puts an owner's token into the table, and into the stage of a full refresh, by a commit without rows. A former owner that is frozen
// right before its put then finds the version taken, and reads the newer token.
internal sealed class TableFence(Lake lake, Committer committer, Commits commits)
{
    public async Task RaiseAsync(FenceContext context, CancellationToken cancellationToken)
    {
        var table = lake.Open(context.Group);
        await RaiseAsync(table, table.Main, context, cancellationToken);
        if (context.SyncType == SyncType.FullRefresh)
        {
            await RaiseAsync(table, table.StageOf(context.OriginRunId), context, cancellationToken);
        }
    }

    private async Task RaiseAsync(GroupTable table, TableLog log, FenceContext context, CancellationToken cancellationToken)
    {
        try
        {
            await committer.RunAsync(table, log, context, PrepareAsync, cancellationToken);
        }
        catch (Exception error) when (
            error is PermanentBatchException or DeltaLogException { Trouble: DeltaLogTrouble.NotSupported })
        {
            // Nobody of this program can commit to such a table, a former owner as little as this one.
        }

        async Task<PreparedCommit<bool>> PrepareAsync()
        {
            var snapshot = await log.ReadAsync(cancellationToken);
            TableRules.Require(snapshot, table.Group, lake.NotReady);
            var marks = TableMarks.Of(snapshot);
            if (marks.Token > context.FencingToken)
            {
                throw lake.NotReady.NewerToken(table.Group, log.Address, marks.Token, context.FencingToken);
            }

            if (snapshot is not null && marks.Token == context.FencingToken)
            {
                return new PreparedCommit<bool>(true);
            }

            var shape = snapshot is null ? TableShape.Empty : TableShape.Of(snapshot.Schema, log.Address);
            var commit = commits.Of(
                table.Group, snapshot, new Change(Operations.Fence, shape), marks with { Token = context.FencingToken },
                context.OriginRunId, context);
            return new PreparedCommit<bool>(true, snapshot, commit);
        }
    }
}
