using System.Collections.Concurrent;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// How many batches to claim at a time, per sink: 1 until the sink has shown on this silo that more of them take less than the time after
/// which a finished prefix is committed, then what it has shown, up to 64; 2 for a slow one. After a failure it has to show it again.
/// </summary>
internal sealed class WindowSizes
{
    private const int Largest = 64;

    // The sink goes on with the second while the first is committed.
    private const int Slow = 2;

    private readonly ConcurrentDictionary<short, int> _sizes = new();

    /// <summary>Gives the most batches that the next window of the sink may hold.</summary>
    public int Of(short sink) => _sizes.GetValueOrDefault(sink, 1);

    /// <summary>Learns from a window that was worked on.</summary>
    public void Learn(short sink, int claimed, WindowResult result)
    {
        var size = Of(sink);
        if (result.Error is not null || result.Apart)
        {
            _sizes[sink] = 1;
        }
        else if (!result.Quick)
        {
            // A slow one that was all there was says nothing of larger ones: to open a file takes longer than some batches.
            if (claimed >= size || result.Finished < claimed)
            {
                _sizes[sink] = Math.Max(Slow, Math.Min(size, result.Finished));
            }
        }
        else if (claimed >= size && size < Largest)
        {
            _sizes[sink] = Math.Min(size * 2, Largest);
        }
    }
}
