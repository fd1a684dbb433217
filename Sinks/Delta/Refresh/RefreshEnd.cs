using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Refresh;

// At the end of a full refresh the staged files become the table's in one commit, or go away. Readers see the old rows or the new ones.
internal sealed class RefreshEnd(GroupTable table, Commits commits)
{
    // Gives the commit of the table; null when everything is done already.
    public (Commit Commit, IReadOnlyList<string> Notes)? Prepare(
        Snapshot? snapshot, Snapshot? stage, RunEndContext context, TableMarks marks)
    {
        var run = context.OriginRunId;
        if (TableMarks.HasRefresh(snapshot, run) || (snapshot is null && stage is null))
        {
            return null;
        }

        var before = snapshot is null ? TableShape.Empty : TableShape.Of(snapshot.Schema, table.Store.Address);
        if (context.End != RunEnd.Sealed)
        {
            // The queue counts the staged batches as applied.
            return marks.Seq == TableMarks.Of(snapshot).Seq
                ? null
                : (commits.Of(table.Group, snapshot, new Change(Operations.Fence, before), marks, run, context), []);
        }

        var staged = stage is null || stage.Files.IsEmpty && stage.Schema.Fields.Count == 0 ? before
            : Kept(TableShape.Of(stage.Schema, table.Store.Address), before);
        var change = new Change(stage is null ? Operations.Truncate : Operations.Write, staged)
        {
            Added = stage is null ? [] : [.. stage.Files.Values],
            Removed = snapshot is null ? [] : [.. snapshot.Files.Values],
        };
        Transaction[] ends = [.. Ends()];
        return (commits.Of(table.Group, snapshot, change, marks, run, context, ends), [.. Gone(before, staged)]);

        IEnumerable<Transaction> Ends()
        {
            yield return commits.Mark(AppIds.OfRefresh(run), 1);
            if (TableMarks.LastIndexOf(stage, run) is >= 0)
            {
                foreach (var (id, version) in RunMark.Of(stage, run).All())
                {
                    yield return commits.Mark(id, version);
                }
            }
        }
    }

    // The commit that empties the stage. The stage's log stays for as long as a former owner might wake up and commit to it.
    public Commit Clear(Snapshot stage, RunEndContext context, TableMarks marks) => commits.Of(
        table.Group,
        stage,
        new Change(Operations.Truncate, TableShape.Of(stage.Schema, table.Store.Address)) { Removed = [.. stage.Files.Values] },
        marks,
        context.OriginRunId,
        context,
        [.. RunMark.Of(stage, context.OriginRunId).All().Select(m => commits.Mark(m.AppId, -1))]);

    // What people wrote to a column of the same name and type stays: its comment, and other metadata.
    private static TableShape Kept(TableShape staged, TableShape before) => staged.WithMetadataOf(before);

    private static IEnumerable<string> Gone(TableShape before, TableShape after) =>
        from column in before.Columns
        where !after.Present.ContainsKey(column.Key)
        select $"The column {column.Name} is gone: no file of the run has it.";
}
