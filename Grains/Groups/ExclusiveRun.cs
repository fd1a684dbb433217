using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// Lets a batch that is one loss from its limit run alone on its silo. If the batch is what kills the process, no other batch dies with it;
/// if not, no other batch can kill it. The silo starts no group meanwhile, and its other groups leave after their current batch.
/// </summary>
/// <remarks>
/// Other groups must get on all the same. So one silo of the queue at a time has the turn, and the others work on. The silo that had the
/// turn then works for all groups at least as long as it was closed. On a cluster of one silo that is half of the time.
/// </remarks>
internal sealed class ExclusiveRun(GroupSlots slots, IOptions<OrleansBatchOptions> options, TimeProvider time)
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<LockKey, int> _refusals = new();
    private volatile Rest? _rest;

    private bool IsResting => _rest is { } rest && time.GetElapsedTime(rest.Since) < rest.Lasts;

    /// <summary>Waits until no other group works on this silo.</summary>
    /// <param name="key">The group that wants to be alone.</param>
    /// <param name="takeTurn">Takes the queue's turn; null while another silo has it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>
    /// What ends the exclusive run when disposed. Null, with the time after which to ask again, in three cases. Another batch runs alone,
    /// the silo has just been closed, or the batches of other groups take too long.
    /// </returns>
    public async Task<(IAsyncDisposable? Alone, TimeSpan AskAgain)> TryEnterAsync(
        LockKey key, Func<Task<IAsyncDisposable?>> takeTurn, CancellationToken cancellationToken)
    {
        // Another silo may be able to sooner than this one, so that the group asks soon.
        if (slots.IsClosed || IsResting || await takeTurn() is not { } turn)
        {
            return (null, Soon());
        }

        if (!slots.TryClose())
        {
            await turn.DisposeAsync();
            return (null, Soon());
        }

        var start = time.GetTimestamp();
        var closed = new Closed(this, start, turn);
        var patience = PatienceOf(key);

        // A group that took its slot before the silo was closed is counted here. A group that took one afterwards finds the silo closed.
        while (slots.Taken > 1)
        {
            if (cancellationToken.IsCancellationRequested || time.GetElapsedTime(start) > patience)
            {
                await closed.DisposeAsync();
                _refusals.AddOrUpdate(key, 1, (_, n) => n + 1);
                return (null, _rest!.Lasts);
            }

            await Task.Delay(_look, time, CancellationToken.None);
        }

        _refusals.TryRemove(key, out _);
        return (closed, TimeSpan.Zero);
    }

    private static TimeSpan Soon() => _shortest * (0.5 + Random.Shared.NextDouble());

    // The patience is short at first: a closed silo takes nothing over, and a lost group has 2 s to run again elsewhere. The patience grows
    // with each refusal, because a group must get through at last also between long batches.
    private TimeSpan PatienceOf(LockKey key)
    {
        var bound = _shortest.TotalSeconds * Math.Pow(2, Math.Min(_refusals.GetValueOrDefault(key), 10));
        return TimeSpan.FromSeconds(Math.Min(bound, Math.Max(_shortest.TotalSeconds, options.Value.BackoffCap.TotalSeconds)));
    }

    private void Reopen(long closedAt)
    {
        _rest = new Rest(time.GetTimestamp(), time.GetElapsedTime(closedAt));
        slots.Reopen();
    }

    private sealed class Closed(ExclusiveRun run, long since, IAsyncDisposable turn) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            run.Reopen(since);
            return turn.DisposeAsync();
        }
    }

    // For how long the silo is not closed again, and since when.
    private sealed record Rest(long Since, TimeSpan Lasts);
}
