using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.Delta.Refresh;

// Puts an owner's token into the table, and into the stage of a full refresh, by a commit without rows. A former owner that is frozen
// right before its put then finds the version taken, and reads the newer token. What it had put before that is found behind the token.
internal sealed class TableFence(Lake lake, Committer committer, Commits commits)
{
    public async Task<FenceResult> RaiseAsync(FenceContext context, CancellationToken cancellationToken)
    {
        var table = lake.Open(context.Group);
        var stage = context.SyncType == SyncType.FullRefresh ? table.StageOf(context.OriginRunId) : null;
        try
        {
            await RaiseAsync(table, table.Main, context, cancellationToken);
            if (stage is not null)
            {
                await RaiseAsync(table, stage, context, cancellationToken);
            }

            return await FindAsync(table.Main, stage, context, cancellationToken);
        }
        catch (Exception error) when (
            error is PermanentBatchException or DeltaLogException { Trouble: DeltaLogTrouble.NotSupported })
        {
            // Nobody of this program can commit to such a table, a former owner as little as this one.
            return FenceResult.Nothing;
        }
    }

    private Task<bool> RaiseAsync(GroupTable table, TableLog log, FenceContext context, CancellationToken cancellationToken)
    {
        return committer.RunAsync(table, log, context, PrepareAsync, cancellationToken);

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
                context.OriginRunId, context, commits.Mark(AppIds.Fenced, lake.Time.GetUtcNow().ToUnixTimeSeconds()));
            return new PreparedCommit<bool>(true, snapshot, commit);
        }
    }

    private static async Task<FenceResult> FindAsync(
        TableLog main, TableLog? stage, FenceContext context, CancellationToken cancellationToken)
    {
        var (run, inPlace) = (context.OriginRunId, await main.ReadAsync(cancellationToken));
        var isInPlace = stage is not null && TableMarks.HasRefresh(inPlace, run);
        if (context.OriginIndex is not { } index)
        {
            return new FenceResult { HasEnded = isInPlace };
        }

        var staged = stage is null ? null : await stage.ReadAsync(cancellationToken);
        return IsIn(inPlace, index) || IsIn(staged, index)
            ? new FenceResult
            {
                Applied = (await AppliedResults.FindAsync(stage ?? main, run, [index], cancellationToken))[0],
                HasEnded = isInPlace || stage is null,
            }
            : FenceResult.Nothing;

        // A retry brings a batch again that the log has from before. A former owner's batch has brought the log to the batch's seq.
        bool IsIn(Snapshot? snapshot, int index) =>
            TableMarks.Of(snapshot).Seq >= context.Seq && RunMark.Of(snapshot, run).Has(index);
    }
}
