using System.Collections.Concurrent;
using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Work;

// The answers that the producers got.
internal sealed class WorkLog
{
    private readonly ConcurrentDictionary<(Guid Run, int Index), ExpectedBatch> _expected = new();
    private int _refused;

    public IReadOnlyList<ExpectedBatch> Expected => [.. _expected.Values];

    public ConcurrentBag<string> RolledBackPaths { get; } = [];

    // Repeated calls whose answer differed from the first.
    public ConcurrentBag<BrokenPromise> Contradictions { get; } = [];

    public int Refused => _refused;

    public void Committed(PlannedBatch batch, long seq) => _expected[(batch.Run.RunId, batch.Index)] = batch.Expect(seq);

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
