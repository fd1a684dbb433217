using System.Collections.Concurrent;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// How many batches to claim at a time, per sink. The size is 1 at first and doubles, up to the sink's largest, while the sink is quick on
/// this silo: it finishes windows of that size before a finished prefix is due to be committed. A slow sink gets 2, and after a failure the
/// size is 1 again.
/// </summary>
internal sealed class WindowSizes
{
    // The sink goes on with the second while the first is committed.
    private const int Slow = 2;

    private readonly ConcurrentDictionary<short, int> _sizes = new();

    /// <summary>Gives the most batches that the next window of the sink may hold.</summary>
    public int Of(short sink) => _sizes.GetValueOrDefault(sink, 1);

    /// <summary>Learns from a window that was worked on.</summary>
    public void Learn(short sink, int claimed, int largest, WindowResult result)
    {
        var size = Of(sink);
        if (result.Error is not null || result.Apart)
        {
            _sizes[sink] = 1;
        }
        else if (!result.Quick)
        {
            // A slow window that was all there was says nothing of larger windows: to open a file takes longer than some batches.
            if (claimed >= size || result.Finished < claimed)
            {
                _sizes[sink] = Math.Max(Slow, Math.Min(size, result.Finished));
            }
        }
        else if (claimed >= size && size < largest)
        {
            _sizes[sink] = Math.Min(size * 2, largest);
        }
    }
}
