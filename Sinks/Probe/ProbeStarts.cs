using System.Collections.Concurrent;
using System.Globalization;

namespace OrleansBatch.Sinks.Probe;

/// <summary>
/// Keeps the start times of batches in memory and writes a file at the end: a write at each start would disturb what is measured.
/// The timestamps are those of the system's monotonic clock, which all processes of a machine share.
/// </summary>
internal sealed class ProbeStarts(string file) : IDisposable
{
    private const int Most = 100_000;

    private readonly ConcurrentQueue<(Guid Run, int Index, long Timestamp)> _starts = new();
    private int _count;

    public void Add(Guid run, int index, long timestamp)
    {
        if (Interlocked.Increment(ref _count) <= Most)
        {
            _starts.Enqueue((run, index, timestamp));
        }
    }

    // The file appears under its name only when it is complete.
    public void Dispose()
    {
        var draft = file + ".new";
        File.WriteAllLines(draft, _starts.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Run} {s.Index} {s.Timestamp}")));
        File.Move(draft, file, overwrite: true);
    }
}
