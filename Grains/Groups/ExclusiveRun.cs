using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// Lets a batch that is one loss from its limit run alone on its silo. If the batch is what kills the process, no other batch dies with it;
/// if not, no other batch can kill it. The silo starts no group meanwhile, and its other groups leave after their current batch.
/// </summary>
internal sealed class ExclusiveRun(GroupSlots slots, IOptions<OrleansBatchOptions> options, TimeProvider time)
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<LockKey, int> _refusals = new();

    /// <summary>Waits until no other group works on this silo.</summary>
    /// <returns>
    /// What ends the exclusive run when disposed. Null, with the time after which to ask again, when another batch runs alone or the
    /// batches of other groups take too long.
    /// </returns>
    public async Task<(IDisposable? Alone, TimeSpan AskAgain)> TryEnterAsync(LockKey key, CancellationToken cancellationToken)
    {
        if (!slots.TryClose())
        {
            return (null, _shortest * (0.5 + Random.Shared.NextDouble()));
        }

        var closed = new Closed(slots);
        var start = time.GetTimestamp();
        var patience = PatienceOf(key);

        // A group that took its slot before the silo was closed is counted here. A group that took one afterwards finds the silo closed.
        while (slots.Taken > 1)
        {
            if (cancellationToken.IsCancellationRequested || time.GetElapsedTime(start) > patience)
            {
                closed.Dispose();
                _refusals.AddOrUpdate(key, 1, (_, n) => n + 1);

                // The group asks again after as long a time as it held up the silo: so the other groups have the silo half of the time.
                return (null, patience);
            }

            await Task.Delay(_look, time, CancellationToken.None);
        }

        _refusals.TryRemove(key, out _);
        return (closed, TimeSpan.Zero);
    }

    // The patience is short at first: a closed silo takes nothing over, and a lost group has 2 s to run again elsewhere. The patience grows
    // with each refusal, because a group must get through at last also between long batches.
    private TimeSpan PatienceOf(LockKey key)
    {
        var bound = _shortest.TotalSeconds * Math.Pow(2, Math.Min(_refusals.GetValueOrDefault(key), 10));
        return TimeSpan.FromSeconds(Math.Min(bound, Math.Max(_shortest.TotalSeconds, options.Value.BackoffCap.TotalSeconds)));
    }

    private sealed class Closed(GroupSlots slots) : IDisposable
    {
        public void Dispose() => slots.Reopen();
    }
}
