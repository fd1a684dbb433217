using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;

namespace OrleansBatch.Sinks.Delta.Changes;

// Decides whether this owner may go on from where the table stands. The put of the commit makes the decision binding.
internal sealed class Standing
{
    private readonly GroupTable _table;
    private readonly SinkContext _context;
    private readonly NotReady _notReady;

    private Standing(GroupTable table, SinkContext context, NotReady notReady, TableMarks marks)
    {
        _table = table;
        _context = context;
        _notReady = notReady;
        Marks = marks;
    }

    // Where table and stage together stand.
    public TableMarks Marks { get; }

    // The log is the table's, or that of the stage that the run's batches go to.
    public static async Task<Standing> OfAsync(
        GroupTable table, TableLog log, SinkContext context, NotReady notReady, CancellationToken cancellationToken)
    {
        var main = await table.Main.ReadAsync(cancellationToken);
        var stage = log == table.Main ? null : await log.ReadAsync(cancellationToken);
        var (inTable, inStage) = (TableMarks.Of(main), TableMarks.Of(stage));
        var marks = new TableMarks(Math.Max(inTable.Token, inStage.Token), Math.Max(inTable.Seq, inStage.Seq));
        if (marks.Token > context.FencingToken)
        {
            throw notReady.NewerToken(table.Group, table.Store.Address, marks.Token, context.FencingToken);
        }

        if (marks.Seq < context.AppliedSeq)
        {
            marks = marks with { Seq = Math.Max(marks.Seq, await table.LastStagedSeqAsync(cancellationToken)) };
            RequireApplied(table, context, notReady, marks, main ?? stage);
        }

        return new Standing(table, context, notReady, marks);
    }

    // A crash may have come between the table's commit and the cursor's. The table then knows each batch of that window.
    // A batch that the table does not know belongs to a queue that was turned back.
    public void RequireNotAhead(long seq)
    {
        if (Marks.Seq >= seq && !IsReplayed(seq))
        {
            throw _notReady.Ahead(_table.Group, _table.Store.Address, Marks.Seq, _context.AppliedSeq);
        }
    }

    // The marks of the next commit, which has the batches up to this one.
    public TableMarks MovedTo(long seq) => new(_context.FencingToken, Math.Max(seq, Marks.Seq));

    private static void RequireApplied(GroupTable table, SinkContext context, NotReady notReady, TableMarks marks, Snapshot? any)
    {
        if (marks.Seq < context.AppliedSeq)
        {
            throw any is null
                ? notReady.Missing(table.Group, table.Store.Address, context.AppliedSeq)
                : notReady.Behind(table.Group, table.Store.Address, marks.Seq, context.AppliedSeq);
        }
    }

    // During a replay the table holds the coming batches already, under other origins.
    private bool IsReplayed(long seq) => seq <= _context.ReplayedTo && Marks.Seq <= _context.ReplayedTo;
}
