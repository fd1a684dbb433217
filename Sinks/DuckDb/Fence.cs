using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DuckDb;

// Decides, inside the transaction, whether this owner may go on from where the file stands.
internal sealed class Fence(LakeFileSession file, GroupKey group, SinkContext context, NotReady notReady)
{
    // Batches that this transaction has written, to be marked at its end.
    private readonly List<(Batch Batch, BatchResult Result)> _marks = [];

    private long _lastSeq;

    private DuckDbSession Session => file.Session;

    /// <summary>Checks before a batch is applied.</summary>
    public void CheckBatch(Batch batch, CancellationToken cancellationToken)
    {
        Check(cancellationToken);

        // A crash may have come between the file's commit and the cursor's. The file then knows each batch of that window.
        // A batch that the file does not know belongs to a queue that was turned back.
        if (_lastSeq >= batch.Seq && !IsReplayed(batch.Seq) && FindKnown(batch, cancellationToken) is null)
        {
            throw notReady.Ahead(group, file.Path, _lastSeq, context.AppliedSeq);
        }
    }

    /// <summary>Checks before the end of a run is carried out.</summary>
    public void CheckEnd(long seq, RunEnd end, CancellationToken cancellationToken)
    {
        Check(cancellationToken);

        // A run may fail at a batch that the file has already, and even has later ones: its owners were lost too often in them.
        if (_lastSeq > seq && !IsReplayed(seq) && end != RunEnd.Failed)
        {
            throw notReady.Ahead(group, file.Path, _lastSeq, context.AppliedSeq);
        }
    }

    // During a replay the file holds the coming batches already, under other origins.
    private bool IsReplayed(long seq) => seq <= context.ReplayedTo && _lastSeq <= context.ReplayedTo;

    private void Check(CancellationToken cancellationToken)
    {
        (var epoch, _lastSeq) = file.Progress ??= ReadProgress(cancellationToken);
        if (epoch > context.FencingToken)
        {
            throw notReady.NewerEpoch(group, file.Path, epoch, context.FencingToken);
        }

        if (_lastSeq < context.AppliedSeq)
        {
            throw notReady.Behind(group, file.Path, _lastSeq, context.AppliedSeq);
        }
    }

    // Returns the result of a batch that the file has, or null. The second batch of a run looks up how far the run was applied.
    // Later batches of the run need no look-up.
    public BatchResult? FindKnown(Batch batch, CancellationToken cancellationToken)
    {
        var mark = _marks.Find(m => m.Batch.OriginRunId == batch.OriginRunId && m.Batch.OriginIndex == batch.OriginIndex);
        if (mark.Result is not null)
        {
            return mark.Result;
        }

        if (file.Applied?.RunId != batch.OriginRunId)
        {
            file.Applied = new AppliedRun(batch.OriginRunId, null);
        }
        else if (file.Applied.Highest is null)
        {
            var highest = (int)Session.Number(SinkQueries.FindHighest, cancellationToken, batch.OriginRunId);
            file.Applied = file.Applied with { Highest = highest };
        }

        return batch.OriginIndex > (file.Applied.Highest ?? int.MaxValue)
            ? null
            : FindApplied(batch.OriginRunId, batch.OriginIndex, cancellationToken);
    }

    private BatchResult? FindApplied(Guid originRunId, int originIndex, CancellationToken cancellationToken) =>
        Session.Rows(
            SinkQueries.FindApplied,
            r => new BatchResult
            {
                RowsApplied = r.GetInt64(0),
                RowsReplaced = r.IsDBNull(1) ? null : r.GetInt64(1),
                ValuesRounded = r.GetInt64(2),
            },
            cancellationToken,
            originRunId,
            originIndex).SingleOrDefault();

    /// <summary>Finds what a former owner committed of the entry at the cursor.</summary>
    public FenceResult FindLeft(FenceContext left, CancellationToken cancellationToken)
    {
        Check(cancellationToken);
        var isRefresh = left.SyncType == SyncType.FullRefresh;
        var isInPlace = isRefresh && Session.Number(SinkQueries.FindSwapped, cancellationToken, left.OriginRunId) > 0;
        if (left.OriginIndex is not { } index)
        {
            return new FenceResult { HasEnded = isInPlace };
        }

        // A retry brings a batch again that the file has from before. A former owner's batch has brought the file to the batch's seq.
        return _lastSeq >= left.Seq && FindApplied(left.OriginRunId, index, cancellationToken) is { } applied
            ? new FenceResult { Applied = applied, HasEnded = isInPlace || !isRefresh }
            : FenceResult.Nothing;
    }

    public void Mark(Batch batch, BatchResult result) => _marks.Add((batch, result));

    // One statement marks all batches of a window, because one statement for each batch took 0.7 ms a batch.
    public void WriteMarks(CancellationToken cancellationToken)
    {
        if (_marks.Count == 0)
        {
            return;
        }

        Session.Execute(
            SinkQueries.MarkApplied,
            cancellationToken,
            _marks.ConvertAll(m => m.Batch.OriginRunId),
            _marks.ConvertAll(m => m.Batch.OriginIndex),
            _marks.ConvertAll(m => m.Batch.Seq),
            _marks.ConvertAll(m => m.Result.RowsApplied),
            context.FencingToken,
            _marks.ConvertAll(m => m.Result.RowsReplaced),
            _marks.ConvertAll(m => m.Result.ValuesRounded));
        if (file.Applied is { Highest: { } highest } applied)
        {
            var marked = _marks.Where(m => m.Batch.OriginRunId == applied.RunId).Select(m => m.Batch.OriginIndex);
            file.Applied = applied with { Highest = marked.Append(highest).Max() };
        }

        _marks.Clear();
    }

    public void MoveOn(long? seq, CancellationToken cancellationToken)
    {
        file.Progress = new LakeProgress(context.FencingToken, Math.Max(seq ?? 0, _lastSeq));
        Session.Execute(SinkQueries.WriteProgress, cancellationToken, file.Progress.Epoch, file.Progress.LastSeq);
    }

    private LakeProgress ReadProgress(CancellationToken cancellationToken)
    {
        Session.Execute(SinkQueries.ClaimFile, cancellationToken, group.TeamId, group.SchemaId);
        var owner = Session.Rows(SinkQueries.ReadGroup, r => new GroupKey(r.GetInt64(0), r.GetString(1)), cancellationToken).Single();
        if (owner != group)
        {
            throw notReady.OtherGroup(group, file.Path, owner);
        }

        return Session.Rows(SinkQueries.ReadProgress, r => new LakeProgress(r.GetInt64(0), r.GetInt64(1)), cancellationToken).Single();
    }
}
