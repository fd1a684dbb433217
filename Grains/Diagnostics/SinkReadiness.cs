using System.Collections.Concurrent;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// What sinks said lately on this silo when they took no batch. A destination that can't be written holds up all groups there. Such a
/// destination makes readiness red until the sink has taken a batch of any group. A reason of one group's own does not.
/// </summary>
internal sealed class SinkReadiness(TimeProvider time)
{
    // One that is not asked again in this time is worked on by another silo.
    private static readonly TimeSpan _late = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Sink, GroupKey Group), Answer> _waiting = new();
    private readonly ConcurrentDictionary<string, long> _worked = new();

    /// <summary>Notes that the sink took no batch of the group and is asked again after that time.</summary>
    public void NotReady(GroupKey group, string sink, string code, string reason, TimeSpan askedAgainIn) =>
        _waiting[(sink, group)] = new Answer(code, reason, time.GetTimestamp(), askedAgainIn);

    /// <summary>Notes that the sink took a batch of the group, and answers whether the group may have waited.</summary>
    public bool Worked(GroupKey group, string sink)
    {
        if (_waiting.IsEmpty)
        {
            return false;
        }

        _worked[sink] = time.GetTimestamp();
        return _waiting.TryRemove((sink, group), out _);
    }

    /// <summary>Says which sinks can't write to their destination.</summary>
    public IReadOnlyList<string> Problems()
    {
        foreach (var (key, answer) in _waiting)
        {
            if (time.GetElapsedTime(answer.At) > answer.AskedAgainIn + _late)
            {
                _waiting.TryRemove(new KeyValuePair<(string, GroupKey), Answer>(key, answer));
            }
        }

        return
        [
            .. from w in _waiting
               where NotReadyCode.ConcernsAll(w.Value.Code) && w.Value.At > _worked.GetValueOrDefault(w.Key.Sink, long.MinValue)
               group w.Value by w.Key.Sink into sink
               orderby sink.Key
               select $"Sink {sink.Key} can't write to its destination; {sink.Count()} of its groups wait on this silo. "
                   + sink.MaxBy(a => a.At)!.Reason,
        ];
    }

    private sealed record Answer(string Code, string Reason, long At, TimeSpan AskedAgainIn);
}
