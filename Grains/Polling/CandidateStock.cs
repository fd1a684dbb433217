using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Polling;

/// <summary>
/// Candidates that a poll found beyond the free slots, for the slots that come free a moment later: many short tenures then share a poll.
/// Kept for so short a time that other silos have hardly worked on them yet; those they have cost a failed start.
/// </summary>
internal sealed class CandidateStock(TimeProvider time)
{
    private static readonly TimeSpan _fresh = TimeSpan.FromMilliseconds(100);

    private readonly Queue<Candidate> _candidates = [];
    private long _filled;

    public void Fill(IEnumerable<Candidate> candidates)
    {
        _candidates.Clear();
        foreach (var candidate in candidates)
        {
            _candidates.Enqueue(candidate);
        }

        _filled = time.GetTimestamp();
    }

    /// <summary>Takes at most so many candidates, in their turn, without those left out.</summary>
    public List<Candidate> Take(int most, IReadOnlySet<LockKey> leftOut)
    {
        if (time.GetElapsedTime(_filled) > _fresh)
        {
            _candidates.Clear();
        }

        var taken = new List<Candidate>();
        while (taken.Count < most && _candidates.TryDequeue(out var candidate))
        {
            if (!leftOut.Contains(candidate.Key))
            {
                taken.Add(candidate);
            }
        }

        return taken;
    }
}
