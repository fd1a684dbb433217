using System.Collections.Concurrent;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// The groups that this silo need not start now. The silo works on some of them, also on those whose lock is lost while a deaf sink is
/// waited for. The others rest, because they could not be worked on a moment ago: without the rest a poll would offer the same few groups
/// again and again.
/// </summary>
internal sealed class LocalGroups(TimeProvider time, Random random)
{
    // A lost owner's group must run again within 2 s, on a cluster of one silo as well. The first rest and the longest poll pause together
    // stay below that. Only a group that never gets as far as a batch rests longer.
    private static readonly TimeSpan _firstRest = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan _longestRest = TimeSpan.FromSeconds(10);

    // As many groups as a poll may ask for beside its own work.
    private const int MaxEnded = 32;

    private readonly ConcurrentDictionary<LockKey, bool> _working = new();
    private readonly ConcurrentDictionary<LockKey, Rest> _rests = new();
    private readonly ConcurrentQueue<(int GroupId, long At)> _ended = new();

    public void Begin(LockKey key) => _working[key] = true;

    public void End(LockKey key)
    {
        _working.TryRemove(key, out _);
        _ended.Enqueue((key.GroupId, time.GetTimestamp()));
        if (_ended.Count > MaxEnded)
        {
            _ended.TryDequeue(out _);
        }
    }

    /// <summary>
    /// Gets the last few groups whose tenures ended lately. A batch that was enqueued while its group was drained is committed without a
    /// notification, because the group had a wakeup then.
    /// </summary>
    public IReadOnlyCollection<int> EndedWithin(TimeSpan lately) =>
        [.. _ended.Where(e => time.GetElapsedTime(e.At) <= lately).Select(e => e.GroupId).Distinct()];

    /// <summary>Notes that the group was worked on: its next rest is a first one again.</summary>
    public void Worked(LockKey key) => _rests.TryRemove(key, out _);

    /// <summary>Keeps the group from being started for a while, longer with each failure in a row.</summary>
    public void Failed(LockKey key) =>
        _rests.AddOrUpdate(key, _ => RestAfter(1), (_, rest) => IsOver(rest) ? RestAfter(rest.Failures + 1) : rest);

    /// <summary>
    /// Leaves the group to the other silos for a while, longer each time that this silo has tried the same entry. The group comes back
    /// early when another silo gives it up at another entry (<see cref="Recall"/>), and by itself when no silo takes it.
    /// </summary>
    public void PassedOn(LockKey key, long seq) => _rests.AddOrUpdate(
        key, _ => RestAfter(1) with { Seq = seq }, (_, rest) => RestAfter(rest.Seq == seq ? rest.Failures + 1 : 1) with { Seq = seq });

    /// <summary>
    /// Takes note that a silo has given the group up at that entry: if this one rests for another entry, its rest is over.
    /// </summary>
    public void Recall(LockKey key, long seq)
    {
        if (_rests.TryGetValue(key, out var rest) && rest.Seq is { } own && own != seq)
        {
            _rests.TryRemove(new KeyValuePair<LockKey, Rest>(key, rest));
        }
    }

    /// <summary>Ends all rests of groups that were left to others, after their notifications may have been missed.</summary>
    public void RecallAll()
    {
        foreach (var (key, rest) in _rests.Where(r => r.Value.Seq is not null))
        {
            _rests.TryRemove(new KeyValuePair<LockKey, Rest>(key, rest));
        }
    }

    public IReadOnlyCollection<LockKey> NotNow()
    {
        foreach (var (key, rest) in _rests)
        {
            // No silo of ours has tried the group for so long that another one has worked on it.
            if (time.GetElapsedTime(rest.Since) > rest.Lasts + _longestRest)
            {
                _rests.TryRemove(key, out _);
            }
        }

        return [.. _working.Keys, .. _rests.Where(r => !IsOver(r.Value)).Select(r => r.Key)];
    }

    private Rest RestAfter(int failures) =>
        new(failures, time.GetTimestamp(), DoublingPause.HalfRandom(failures, _firstRest, _longestRest, random));

    private bool IsOver(Rest rest) => time.GetElapsedTime(rest.Since) >= rest.Lasts;

    // Seq: the entry that this silo could not reach, when it rests for that.
    private sealed record Rest(int Failures, long Since, TimeSpan Lasts, long? Seq = null);
}
