using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Groups;

/// <summary>The silo's capacity: how many groups it works on at the same time, and whether it is on its way out.</summary>
internal sealed class GroupSlots : IDisposable
{
    private readonly int _size;
    private readonly int _mostPerTeam;
    private readonly ConcurrentDictionary<long, int> _teams = new();
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly SemaphoreSlim _freed = new(0, 1);
    private int _taken;
    private int _closed;

    public GroupSlots(IOptions<OrleansBatchOptions> options, OrleansBatchInstruments instruments)
    {
        (_size, _mostPerTeam) = (options.Value.Slots, options.Value.MaxSlotsPerTeam ?? int.MaxValue);
        instruments.ObserveSlots(() => Taken, () => Size);
    }

    public int Size => _size;

    public int Taken => Volatile.Read(ref _taken);

    public int Free => _draining.IsCancellationRequested || IsClosed ? 0 : _size - Taken;

    /// <summary>Gets a value indicating whether one group wants the silo for itself; every other one leaves after its batch.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) == 1;

    /// <summary>Gets the token that asks every group to finish its current batch and leave.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>Gets the token that cancels current batches.</summary>
    public CancellationToken Aborting => _aborting.Token;

    /// <summary>Gets the teams that have slots in use, and how many.</summary>
    public IReadOnlyCollection<(long Team, int Slots)> Teams => [.. _teams.Where(t => t.Value > 0).Select(t => (t.Key, t.Value))];

    public bool TryTake(long team)
    {
        if (_draining.IsCancellationRequested || IsClosed)
        {
            return false;
        }

        if (Interlocked.Increment(ref _taken) > _size)
        {
            Interlocked.Decrement(ref _taken);
            return false;
        }

        if (_teams.AddOrUpdate(team, 1, (_, slots) => slots + 1) > _mostPerTeam)
        {
            Return(team, pollAtOnce: false);
            return false;
        }

        return true;
    }

    /// <summary>Gives a slot back.</summary>
    /// <param name="team">The team that had it.</param>
    /// <param name="pollAtOnce">
    /// False after an error, so that a group which fails at once is tried again at the pace of the poll timer.
    /// </param>
    public void Return(long team, bool pollAtOnce)
    {
        if (_teams.AddOrUpdate(team, 0, (_, slots) => slots - 1) == 0)
        {
            _teams.TryRemove(new KeyValuePair<long, int>(team, 0));
        }

        Interlocked.Decrement(ref _taken);
        if (pollAtOnce)
        {
            Nudge();
        }
    }

    /// <summary>Keeps groups from starting; false when another group does so already.</summary>
    public bool TryClose() => Interlocked.CompareExchange(ref _closed, 1, 0) == 0;

    public void Reopen()
    {
        Volatile.Write(ref _closed, 0);
        Nudge();
    }

    /// <summary>Completes when a slot has come free since the last call.</summary>
    public Task WaitForFreedAsync(CancellationToken cancellationToken) => _freed.WaitAsync(cancellationToken);

    public void Drain() => _draining.Cancel();

    public void Abort()
    {
        _draining.Cancel();
        _ = _aborting.CancelAsync();
    }

    public void Dispose()
    {
        _draining.Dispose();
        _aborting.Dispose();
        _freed.Dispose();
    }

    private void Nudge()
    {
        lock (_freed)
        {
            if (_freed.CurrentCount == 0)
            {
                _freed.Release();
            }
        }
    }
}
