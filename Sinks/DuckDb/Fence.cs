using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.DuckDb;

// Decides, inside the transaction, whether this owner may go on from where the file stands.
internal sealed class Fence(DuckDbSession session, GroupKey group, string path, SinkContext context, NotReady notReady)
{
    private long _lastSeq;

    public void Check(long seq, Batch? batch, CancellationToken cancellationToken)
    {
        CheckGroup(cancellationToken);
        var (epoch, lastSeq) = session.Rows(SinkQueries.ReadProgress, r => (r.GetInt64(0), r.GetInt64(1)), cancellationToken).Single();
        _lastSeq = lastSeq;
        if (epoch > context.FencingToken)
        {
            throw notReady.NewerEpoch(group, path, epoch, context.FencingToken);
        }

        if (lastSeq < context.AppliedSeq)
        {
            throw notReady.Behind(group, path, lastSeq, context.AppliedSeq);
        }

        // At its own seq: the file was committed, the cursor was not. Another batch under that seq is a queue that was turned back.
        // Between the cursor and it: a batch that was committed here and then failed in the queue, because its owners were lost too often.
        // While the group is replayed the file holds what comes, under other origins.
        var isReplayed = seq <= context.ReplayedTo;
        if (lastSeq > Math.Max(seq, context.ReplayedTo)
            || (lastSeq == seq && batch is not null && !isReplayed && !Knows(batch, cancellationToken)))
        {
            throw notReady.Ahead(group, path, lastSeq, context.AppliedSeq);
        }
    }

    public bool Knows(Batch batch, CancellationToken cancellationToken) =>
        session.Number(SinkQueries.FindApplied, cancellationToken, batch.OriginRunId, batch.OriginIndex) > 0;

    public void MoveOn(long? seq, CancellationToken cancellationToken) =>
        session.Execute(SinkQueries.WriteProgress, cancellationToken, context.FencingToken, Math.Max(seq ?? 0, _lastSeq));

    private void CheckGroup(CancellationToken cancellationToken)
    {
        session.Execute(SinkQueries.ClaimFile, cancellationToken, group.TeamId, group.SchemaId);
        var owner = session.Rows(SinkQueries.ReadGroup, r => new GroupKey(r.GetInt64(0), r.GetString(1)), cancellationToken).Single();
        if (owner != group)
        {
            throw notReady.OtherGroup(group, path, owner);
        }
    }
}
