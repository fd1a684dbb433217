using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// What the health checks go by: local signs only, read without a call. Liveness never depends on the database, because restarting every
/// silo in a database outage makes it worse.
/// </summary>
public sealed class EngineHealth
{
    private static readonly TimeSpan _databaseSilentAfter = TimeSpan.FromSeconds(10);

    // From the cancellation on. One thread less is borne for a while, because a restart holds up all other groups. A silo without any
    // thread does nothing.
    private static readonly TimeSpan _hungAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _hungForGoodAfter = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<HealthWatch, bool> _batches = new();
    private readonly ConcurrentDictionary<HealthWatch, bool> _heartbeats = new();
    private readonly TimeProvider _time;
    private readonly OrleansBatchOptions _options;
    private long _begun;
    private long _turned;
    private long _succeeded;
    private int _failures;
    private volatile bool _leaving;

    internal EngineHealth(TimeProvider time, IOptions<OrleansBatchOptions> options)
    {
        (_time, _options) = (time, options.Value);
        Sinks = new SinkReadiness(time);
    }

    /// <summary>Gets what sinks said lately when they took no batch.</summary>
    internal SinkReadiness Sinks { get; }

    /// <summary>Gets how many polls have failed since the last one that succeeded.</summary>
    internal int FailedInARow => Volatile.Read(ref _failures);

    /// <summary>Gets how long ago a poll succeeded, or the loop began when none has; null before that.</summary>
    internal TimeSpan? PollAge => Elapsed(ref _succeeded) ?? Elapsed(ref _begun);

    /// <summary>
    /// Says what makes liveness red; empty when the silo is alive. One that starts or leaves has no poll loop that could be late.
    /// </summary>
    public IReadOnlyList<string> LivenessProblems()
    {
        var problems = new List<string>();
        if (!_leaving && Elapsed(ref _turned) is { } still && still > _options.PollOverdueAfter)
        {
            problems.Add(
                $"The poll loop has not turned for {Shown(still)}, longer than PollOverdueAfter, {Shown(_options.PollOverdueAfter)}.");
        }

        problems.AddRange(
            from w in _heartbeats.Keys
            where w.Silence > _options.LockLifetime
            select $"Group {w.Group}, sink {w.Sink}: the heartbeat has not run for {Shown(w.Silence)}, longer than the lock lifetime, "
                + $"{Shown(_options.LockLifetime)}.");
        problems.AddRange(
            from w in _batches.Keys
            where w.Silence > _options.StuckBatchAfter
            select $"Group {w.Group}, sink {w.Sink}: a batch has been running for {Shown(w.Silence)}, longer than StuckBatchAfter, "
                + $"{Shown(_options.StuckBatchAfter)}.");
        problems.AddRange(HungProblems());
        return problems;
    }

    /// <summary>Says what makes readiness red; empty when the silo can take work.</summary>
    public IReadOnlyList<string> ReadinessProblems() =>
        _leaving ? ["The silo is draining."]
        : Elapsed(ref _succeeded) is { } silent
            ? silent > _databaseSilentAfter ? [$"No poll of the database has succeeded for {Shown(silent)}."] : Sinks.Problems()
        : FailedInARow > 0 ? ["The silo is starting: its polls of the database have failed until now."]
        : ["The silo is starting."];

    internal void PollLoopBegan()
    {
        Mark(ref _begun);
        Mark(ref _turned);
    }

    internal void PollTurned(bool succeeded)
    {
        Mark(ref _turned);
        if (succeeded)
        {
            Mark(ref _succeeded);
            Volatile.Write(ref _failures, 0);
        }
        else
        {
            Interlocked.Increment(ref _failures);
        }
    }

    internal void Leaving() => _leaving = true;

    /// <summary>Gets the calls of sinks that were cancelled and do not return.</summary>
    internal IReadOnlyList<HungCall> HungCalls() =>
        [.. _batches.Keys.Where(w => w.CancelledFor > _hungAfter).Select(w => new HungCall(w.Group, w.Sink, w.CancelledFor!.Value))];

    /// <summary>Gets how many calls of sinks were cancelled and have not returned yet, those of a moment ago included.</summary>
    internal int CancelledCalls => _batches.Keys.Count(w => w.CancelledFor is not null);

    internal HealthWatch BatchStarted(GroupKey group, string sink) => Watch(_batches, group, sink);

    /// <summary>Expects a sign whenever the heartbeat's timer runs, whatever the database answers to it.</summary>
    internal HealthWatch HeartbeatStarted(GroupKey group, string sink) => Watch(_heartbeats, group, sink);

    // A sink that works on the same database hangs while the database is away, and a restart would not help.
    private IEnumerable<string> HungProblems()
    {
        var hung = HungCalls();
        return FailedInARow > 0 ? []
            : hung.Count >= _options.Slots
            ? [$"Silo {_options.SiloName} must be restarted: all its {_options.Slots} slots hang in calls of sinks that were cancelled "
                + $"and do not return, the longest for {Shown(hung.Max(h => h.For))} (group {hung.MaxBy(h => h.For)!.Group}, "
                + $"sink {hung.MaxBy(h => h.For)!.Sink})."]
            : from h in hung
              where h.For > _hungForGoodAfter
              select $"Silo {_options.SiloName} must be restarted: group {h.Group}, sink {h.Sink}: "
                  + $"the sink was cancelled {Shown(h.For)} ago and does not return.";
    }

    private static string Shown(TimeSpan time) => TimeSpan.FromSeconds((long)time.TotalSeconds).ToString("c");

    private HealthWatch Watch(ConcurrentDictionary<HealthWatch, bool> watched, GroupKey group, string sink)
    {
        var watch = new HealthWatch(group, sink, _time, w => watched.TryRemove(w, out _));
        watched[watch] = true;
        return watch;
    }

    // Zero stands for never: a clock may begin there, but nothing has happened yet at that moment.
    private void Mark(ref long moment) => Volatile.Write(ref moment, Math.Max(1, _time.GetTimestamp()));

    private TimeSpan? Elapsed(ref long moment) => Volatile.Read(ref moment) is var m and not 0 ? _time.GetElapsedTime(m) : null;
}
