using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Upkeep;

// The marks of a commit that brings no batch: the owner's token, and the seq that stands there.
internal static class OwnerMarks
{
    public static TableMarks Of(Snapshot? snapshot, GroupTable table, SinkContext context, NotReady notReady)
    {
        var marks = TableMarks.Of(snapshot);
        return marks.Token > context.FencingToken
            ? throw notReady.NewerToken(table.Group, table.Store.Address, marks.Token, context.FencingToken)
            : marks with { Token = context.FencingToken };
    }
}
