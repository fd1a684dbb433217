using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Changes;

// Applies consecutive batches of a run in one commit of the table, or of the stage of a full refresh.
internal sealed class BatchWindow(Lake lake, Committer committer, Commits commits)
{
    private readonly Append _append = new(new BatchFiles(lake.Options, lake.Roots, lake.NotReady), lake.Options, lake.Time);
    private readonly Upsert _upsert = new(new BatchFiles(lake.Options, lake.Roots, lake.NotReady), lake.Options);

    public async Task<IReadOnlyList<BatchResult>> ApplyAsync(
        IReadOnlyList<BatchContext> batches, TimeSpan enough, CancellationToken cancellationToken)
    {
        var (context, first) = (batches[0], batches[0].Batch);
        RefuseUnsupported(first);

        // The marks of a commit are those of one run. A producer may give batches of a run other origins.
        batches = [.. batches.TakeWhile(b => b.Batch.OriginRunId == first.OriginRunId)];
        var table = lake.Open(first.Group);
        var log = first.SyncType == SyncType.FullRefresh ? table.StageOf(first.OriginRunId) : table.Main;
        return await committer.RunAsync(table, log, context, PrepareAsync, cancellationToken);

        async Task<PreparedCommit<IReadOnlyList<BatchResult>>> PrepareAsync()
        {
            var standing = await Standing.OfAsync(table, log, context, lake.NotReady, cancellationToken);
            var snapshot = await log.ReadAsync(cancellationToken);
            var known = await FindKnownAsync(table, log, batches, cancellationToken);
            if (known.Count > 0)
            {
                return Repeat(log, snapshot, standing, known);
            }

            standing.RequireNotAhead(first.Seq);
            return await WriteAsync(table, log, snapshot, standing);
        }

        // A retried run brings batches again that the table has, at new places of the queue's log. The table moves on to these places.
        PreparedCommit<IReadOnlyList<BatchResult>> Repeat(
            TableLog log, Snapshot? snapshot, Standing standing, IReadOnlyList<BatchResult> known)
        {
            var marks = standing.MovedTo(batches[known.Count - 1].Batch.Seq);
            if (marks.Seq == standing.Marks.Seq)
            {
                return new PreparedCommit<IReadOnlyList<BatchResult>>(known);
            }

            var shape = snapshot is null ? TableShape.Empty : TableShape.Of(snapshot.Schema, log.Address);
            var commit = commits.Of(table.Group, snapshot, new Change(Operations.Fence, shape), marks, first.OriginRunId, context);
            return new PreparedCommit<IReadOnlyList<BatchResult>>(known, snapshot, commit);
        }

        async Task<PreparedCommit<IReadOnlyList<BatchResult>>> WriteAsync(
            GroupTable table, TableLog log, Snapshot? snapshot, Standing standing)
        {
            TableRules.Require(snapshot, table.Group, lake.NotReady);
            using var lease = lake.Sessions.Rent();
            var files = new DataFiles(table.Store, lease.Session, lake.Time);
            var change = first.SyncType == SyncType.Incremental
                ? await _upsert.WriteAsync(lease, table.Store, snapshot, first, files, cancellationToken)
                : await _append.WriteAsync(
                    lease, table.Store, snapshot, [.. batches.Select(b => b.Batch)], enough, files, cancellationToken);
            lease.Keep();
            var marks = standing.MovedTo(change.Batches[^1].Batch.Seq);
            return new PreparedCommit<IReadOnlyList<BatchResult>>(
                [.. change.Batches.Select(b => b.Result)],
                snapshot,
                commits.Of(table.Group, snapshot, change, marks, first.OriginRunId, context),
                files);
        }
    }

    // The results of the leading batches that the table has already, as after a crash between its commit and the cursor's.
    private static async Task<List<BatchResult>> FindKnownAsync(
        GroupTable table, TableLog log, IReadOnlyList<BatchContext> batches, CancellationToken cancellationToken)
    {
        var run = batches[0].Batch.OriginRunId;
        var inTable = RunMark.Of(await table.Main.ReadAsync(cancellationToken), run);
        var inStage = log == table.Main ? inTable : RunMark.Of(await log.ReadAsync(cancellationToken), run);
        var known = batches.Select(b => b.Batch.OriginIndex).TakeWhile(i => inTable.Has(i) || inStage.Has(i)).ToList();
        return known.Count == 0 ? [] : await AppliedResults.FindAsync(log, run, known, cancellationToken);
    }

    private static void RefuseUnsupported(Batch batch)
    {
        if (batch.SyncType is not (SyncType.Append or SyncType.Incremental or SyncType.FullRefresh))
        {
            throw new PermanentBatchException(
                $"{batch.Path}: the delta sink does not take {(batch.SyncType == SyncType.Cdc ? "cdc" : $"{batch.SyncType}")} runs; "
                + "send this run to a sink that does, or extract it as incremental.");
        }
    }
}
