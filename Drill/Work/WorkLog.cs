using System.Collections.Concurrent;
using OrleansBatch.Drill.Checks;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Work;

// The answers that the producers got.
internal sealed class WorkLog
{
    private readonly ConcurrentDictionary<(Guid Run, int Index), ExpectedBatch> _expected = new();
    private readonly ConcurrentDictionary<GroupKey, bool> _groups = new();
    private readonly ConcurrentDictionary<(Guid Run, int Index), Meddling> _meddling = new();
    private int _refused;

    public IReadOnlyList<ExpectedBatch> Expected =>
        [.. _expected.Select(e => e.Value with { Meddling = _meddling.GetValueOrDefault(e.Key) })];

    // The ids in the file of each batch that was written.
    public ConcurrentDictionary<(Guid Run, int Index), IReadOnlyList<long>> Contents { get; } = new();

    public IReadOnlyList<GroupKey> Groups => [.. _groups.Keys];

    public ConcurrentBag<string> RolledBackPaths { get; } = [];

    // Repeated calls whose answer differed from the first.
    public ConcurrentBag<BrokenPromise> Contradictions { get; } = [];

    public int Refused => _refused;

    public void Committed(PlannedBatch batch, long seq)
    {
        _groups[batch.Group] = true;
        _expected[(batch.Run.RunId, batch.Index)] = batch.Expect(seq);
    }

    public void Meddle(Guid run, int index, Meddling how) => _meddling.AddOrUpdate((run, index), how, (_, before) => before | how);

    public void Uncertain(PlannedBatch batch) => _expected[(batch.Run.RunId, batch.Index)] = batch.Expect(null);

    public void RefusedOne(int count) => Interlocked.Add(ref _refused, count);

    public void Repeated(PlannedBatch batch, long? again)
    {
        var first = _expected.GetValueOrDefault((batch.Run.RunId, batch.Index))?.Seq;
        if (first is not null && first != again)
        {
            var seen = again is null ? "was refused" : $"returned seq {again}";
            Contradictions.Add(new BrokenPromise(batch.Group.ToString(), first, $"the same enqueue {seen} when it was repeated"));
        }
    }
}
