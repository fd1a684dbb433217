using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>Something of a group in a sink that health looks at until it is disposed of, and how long it has given no sign.</summary>
internal sealed class HealthWatch(GroupKey group, string sink, TimeProvider time, Action<HealthWatch> end) : IDisposable
{
    private long _sign = time.GetTimestamp();
    private long _cancelled;

    public GroupKey Group { get; } = group;

    public string Sink { get; } = sink;

    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _sign));

    /// <summary>Gets how long ago it was cancelled; null when it was not.</summary>
    public TimeSpan? CancelledFor => Volatile.Read(ref _cancelled) is var at and not 0 ? time.GetElapsedTime(at) : null;

    public void Sign() => Volatile.Write(ref _sign, time.GetTimestamp());

    /// <summary>Notes that it was cancelled, the first time that it is.</summary>
    public void Cancelled() => Interlocked.CompareExchange(ref _cancelled, Math.Max(1, time.GetTimestamp()), 0);

    public void Dispose() => end(this);
}
