using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// Shares the slots fairly among groups: a group that is never drained leaves after its time slice when others wait, and comes back after
/// them. Of several groups that left, the first to leave is the first to come back.
/// </summary>
internal sealed class FairShare(IOptions<OrleansBatchOptions> options, TimeProvider time)
{
    private readonly TimeSpan _slice = options.Value.TimeSlice;
    private readonly int _slots = options.Value.Slots;
    private readonly bool _limitsTeams = options.Value.MaxSlotsPerTeam is not null;
    private readonly List<(GroupKey Group, LockKey Key, long Left)> _resting = [];
    private volatile bool _othersWait;

    /// <summary>Gets or sets a value indicating whether the last poll found more groups than slots.</summary>
    public bool OthersWait
    {
        get => _othersWait;
        set => _othersWait = value;
    }

    /// <summary>
    /// Tells whether a group that has had its slot since then should leave. Where teams are limited, groups of its own team may wait.
    /// </summary>
    public bool IsSliceOver(long since) => (_othersWait || _limitsTeams) && time.GetElapsedTime(since) >= _slice;

    public void Leave(GroupKey group, LockKey key)
    {
        lock (_resting)
        {
            _resting.RemoveAll(r => r.Key == key);
            _resting.Add((group, key, time.GetTimestamp()));
        }
    }

    /// <summary>
    /// Gets the groups whose turn has not come again. A group rests for as long as the others need for their turns: after a fixed time,
    /// groups with low ids would come back before the last groups had ever had a slot.
    /// </summary>
    public IReadOnlyList<LockKey> Resting()
    {
        lock (_resting)
        {
            var rest = _slice * (1 + (2.0 * _resting.Count / _slots));
            _resting.RemoveAll(r => time.GetElapsedTime(r.Left) > rest);
            return _resting.ConvertAll(r => r.Key);
        }
    }

    /// <summary>Takes the groups that left first, for slots that nobody else wants.</summary>
    /// <param name="most">How many.</param>
    /// <param name="takesSlot">Whether the group's team may have one more slot, asked once for each group that is to be taken.</param>
    public List<(GroupKey Group, LockKey Key)> TakeBack(int most, Func<GroupKey, bool> takesSlot)
    {
        lock (_resting)
        {
            var back = _resting.Where(r => takesSlot(r.Group)).Take(most).Select(r => (r.Group, r.Key)).ToList();
            _resting.RemoveAll(r => back.Exists(b => b.Key == r.Key));
            return back;
        }
    }
}
