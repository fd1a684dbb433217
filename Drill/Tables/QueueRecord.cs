using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Tables;

// What the queue says of the batches and runs of all groups, by the origins that rows name.
internal sealed class QueueRecord
{
    private readonly DrillHistory _history;
    private readonly ILookup<GroupKey, BatchFact> _batches;
    private readonly ILookup<GroupKey, RunFact> _runs;
    private readonly Dictionary<Guid, RunFact> _runById;
    private readonly ILookup<(Guid Run, int Index), BatchFact> _byOrigin;

    public QueueRecord(DrillHistory history)
    {
        _history = history;
        _batches = history.Batches.ToLookup(b => b.Group);
        _runs = history.Runs.ToLookup(r => r.Group);
        _runById = history.Runs.ToDictionary(r => r.RunId);
        _byOrigin = history.Batches.ToLookup(history.OriginOf);
    }

    public string? SyncTypeOf(Guid run) => _runById.GetValueOrDefault(run)?.SyncType;

    // The entry at which a batch was applied first.
    public long? AppliedSeq(Guid run, int index) => _byOrigin[(run, index)].Where(IsApplied).Min(b => (long?)b.Seq);

    public string Explain(TableRow row)
    {
        var states = _byOrigin[(row.Run, row.Batch)].Select(b => $"seq {b.Seq} {b.State}").ToList();
        return states.Count == 0 ? "the queue has no such batch" : $"in the queue: {string.Join(", ", states)}";
    }

    // The rows that a group's table must have in the end, from the queue's log alone.
    public TableModel Replay(GroupKey group)
    {
        var model = new TableModel(_history.Contents);
        var applied = new HashSet<(Guid Run, int Index)>();
        var staged = new Dictionary<Guid, SortedSet<int>>();
        var refreshed = new HashSet<Guid>();
        var steps = _batches[group].Select(b => (b.Seq, Order: 0, Do: (Action)(() => Apply(b))))
            .Concat(_runs[group].Where(r => r.EndSeq is not null && r.SyncType == "full_refresh")
                .Select(r => (Seq: r.EndSeq!.Value, Order: 1, Do: (Action)(() => End(r)))));
        foreach (var step in steps.OrderBy(s => s.Seq).ThenBy(s => s.Order))
        {
            step.Do();
        }

        return model;

        void Apply(BatchFact batch)
        {
            var (run, index) = _history.OriginOf(batch);
            var type = SyncTypeOf(batch.RunId);
            if (batch.State == "failed" && type == "full_refresh")
            {
                staged.Remove(run);
            }

            if (!IsApplied(batch))
            {
                return;
            }

            if (type == "full_refresh")
            {
                (staged.TryGetValue(run, out var stage) ? stage : staged[run] = []).Add(index);
            }
            else if (applied.Add((run, index)))
            {
                (type == "incremental" ? (Action<Guid, int>)model.Upsert : model.Append)(run, index);
            }
        }

        void End(RunFact ended)
        {
            staged.Remove(ended.OriginRunId, out var stage);
            if (ended.State == "succeeded" && refreshed.Add(ended.OriginRunId))
            {
                model.Refresh(ended.OriginRunId, stage ?? []);
            }
        }
    }

    private static bool IsApplied(BatchFact batch) => batch.State == "succeeded";
}
