using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// Sees to it that a group which is never empty shares its slot: after its time slice it leaves when others wait, and comes back after
/// them, those that left first before the others.
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

    /// <summary>Tells whether a group that has had its slot since then should leave. Where teams are limited, those of its own team may wait.</summary>
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
    /// Gets the groups whose turn has not come again: for as long as it takes the others to have theirs. Were it a fixed time, those with
    /// low ids would come back before the last ones had ever had a slot.
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
