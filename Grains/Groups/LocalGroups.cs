using System.Collections.Concurrent;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// The groups that this silo need not start now: those it works on, also when their lock is lost and only a deaf sink is waited for, and
/// those that it could not work on a moment ago. Without them the same few would be offered at every poll, and their team would starve.
/// </summary>
internal sealed class LocalGroups(TimeProvider time, Random random)
{
    // The first rest and the longest poll pause together stay below the 2 s in which a lost owner's group must run again, on a cluster of
    // one silo as well. Only a group that never gets as far as a batch rests longer.
    private static readonly TimeSpan _firstRest = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan _longestRest = TimeSpan.FromSeconds(10);

    // As many as a poll may ask for beside its own work.
    private const int MostEnded = 32;

    private readonly ConcurrentDictionary<LockKey, bool> _working = new();
    private readonly ConcurrentDictionary<LockKey, Rest> _rests = new();
    private readonly ConcurrentQueue<(int GroupId, long At)> _ended = new();

    public void Begin(LockKey key) => _working[key] = true;

    public void End(LockKey key)
    {
        _working.TryRemove(key, out _);
        _ended.Enqueue((key.GroupId, time.GetTimestamp()));
        if (_ended.Count > MostEnded)
        {
            _ended.TryDequeue(out _);
        }
    }

    /// <summary>
    /// Gets the groups that ended lately, the last few of them. A batch that was enqueued while its group was drained is committed without a
    /// notification, because the group had a wakeup then.
    /// </summary>
    public IReadOnlyCollection<int> EndedWithin(TimeSpan lately) =>
        [.. _ended.Where(e => time.GetElapsedTime(e.At) <= lately).Select(e => e.GroupId).Distinct()];

    /// <summary>Notes that the group was worked on: its next rest is a first one again.</summary>
    public void Worked(LockKey key) => _rests.TryRemove(key, out _);

    /// <summary>Keeps the group from being started for a while, longer with each failure in a row.</summary>
    public void Failed(LockKey key) =>
        _rests.AddOrUpdate(key, _ => RestAfter(1), (_, rest) => IsOver(rest) ? RestAfter(rest.Failures + 1) : rest);

    public IReadOnlyCollection<LockKey> NotNow()
    {
        foreach (var (key, rest) in _rests)
        {
            // Nobody has tried it for so long that it has been worked on elsewhere.
            if (time.GetElapsedTime(rest.Since) > rest.Lasts + _longestRest)
            {
                _rests.TryRemove(key, out _);
            }
        }

        return [.. _working.Keys, .. _rests.Where(r => !IsOver(r.Value)).Select(r => r.Key)];
    }

    private Rest RestAfter(int failures) =>
        new(failures, time.GetTimestamp(), ReconnectPause.After(failures, _firstRest, _longestRest, random));

    private bool IsOver(Rest rest) => time.GetElapsedTime(rest.Since) >= rest.Lasts;

    private sealed record Rest(int Failures, long Since, TimeSpan Lasts);
}
