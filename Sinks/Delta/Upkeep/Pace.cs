namespace OrleansBatch.Sinks.Delta.Upkeep;

// How many bytes of data files are written anew in a slice's time, as the last ones went.
internal sealed class Pace(TimeProvider time)
{
    private const long Least = 4 * 1024 * 1024;

    // Before anything was measured.
    private const double BytesPerSecond = 16 * 1024 * 1024;

    private double _bytesPerSecond = BytesPerSecond;

    public long BytesIn(TimeSpan slice) => Math.Max(Least, (long)(Volatile.Read(ref _bytesPerSecond) * slice.TotalSeconds * 0.75));

    public async Task MeasureAsync(long bytes, Func<Task> work)
    {
        var start = time.GetTimestamp();
        await work();
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        if (bytes >= Least && seconds > 0)
        {
            Volatile.Write(ref _bytesPerSecond, bytes / seconds);
        }
    }
}
