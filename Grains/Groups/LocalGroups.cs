using System.Collections.Concurrent;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// The groups that this silo need not start now: those it works on, also when their lock is lost and only a deaf sink is waited for, and
/// those that it could not work on a moment ago. Without them the same few would be offered at every poll, and their team would starve.
/// </summary>
internal sealed class LocalGroups(TimeProvider time)
{
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<LockKey, bool> _working = new();
    private readonly ConcurrentDictionary<LockKey, long> _resting = new();

    public void Begin(LockKey key) => _working[key] = true;

    public void End(LockKey key) => _working.TryRemove(key, out _);

    /// <summary>Keeps the group from being started for a moment.</summary>
    public void Rest(LockKey key) => _resting[key] = time.GetTimestamp();

    public IReadOnlyCollection<LockKey> NotNow()
    {
        foreach (var (key, since) in _resting)
        {
            if (time.GetElapsedTime(since) >= _rest)
            {
                _resting.TryRemove(key, out _);
            }
        }

        return [.. _working.Keys, .. _resting.Keys];
    }
}
