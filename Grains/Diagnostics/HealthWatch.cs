using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>Something of a group in a sink that health looks at until it is disposed of, and how long it has given no sign.</summary>
internal sealed class HealthWatch(GroupKey group, string sink, TimeProvider time, Action<HealthWatch> end) : IDisposable
{
    private long _sign = time.GetTimestamp();

    public GroupKey Group { get; } = group;

    public string Sink { get; } = sink;

    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _sign));

    public void Sign() => Volatile.Write(ref _sign, time.GetTimestamp());

    public void Dispose() => end(this);
}
