using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// What the health checks go by: local signs only, read without a call. Liveness never depends on the database, because restarting every
/// silo in a database outage makes it worse.
/// </summary>
public sealed class EngineHealth
{
    private static readonly TimeSpan PollOverdueAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DatabaseSilentAfter = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(GroupKey Group, string Sink), long> _batches = new();
    private readonly TimeProvider _time;
    private readonly GroupSlots _slots;
    private readonly TimeSpan _stuckAfter;
    private long _polled;
    private long _answered;

    internal EngineHealth(TimeProvider time, GroupSlots slots, IOptions<OrleansBatchOptions> options)
    {
        (_time, _slots, _stuckAfter) = (time, slots, options.Value.StuckBatchAfter);
        _polled = time.GetTimestamp();
    }

    /// <summary>Says what makes liveness red; empty when the silo is alive.</summary>
    public IReadOnlyList<string> LivenessProblems()
    {
        var problems = new List<string>();
        if (_time.GetElapsedTime(Volatile.Read(ref _polled)) > PollOverdueAfter)
        {
            problems.Add($"The poll loop has not turned for {PollOverdueAfter.TotalSeconds:0} s.");
        }

        problems.AddRange(
            from b in _batches
            where _time.GetElapsedTime(b.Value) > _stuckAfter
            select $"A batch of group {b.Key.Group} in sink {b.Key.Sink} has been running for more than {_stuckAfter}.");
        return problems;
    }

    /// <summary>Says what makes readiness red; empty when the silo can take work.</summary>
    public IReadOnlyList<string> ReadinessProblems()
    {
        var answered = Volatile.Read(ref _answered);
        if (_slots.Draining.IsCancellationRequested)
        {
            return ["The silo is draining."];
        }

        return answered == 0 ? ["The silo has not reached the database yet."]
            : _time.GetElapsedTime(answered) > DatabaseSilentAfter ? ["The database does not answer."]
            : [];
    }

    internal void PollTurned(bool databaseAnswered)
    {
        Volatile.Write(ref _polled, _time.GetTimestamp());
        if (databaseAnswered)
        {
            Volatile.Write(ref _answered, _time.GetTimestamp());
        }
    }

    internal IDisposable BatchStarted(GroupKey group, string sink)
    {
        _batches[(group, sink)] = _time.GetTimestamp();
        return new BatchRunning(_batches, (group, sink));
    }

    private sealed class BatchRunning(ConcurrentDictionary<(GroupKey Group, string Sink), long> batches, (GroupKey, string) key) : IDisposable
    {
        public void Dispose() => batches.TryRemove(key, out _);
    }
}
