using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// The most batches to claim at a time. A sink that does not promise to recognise what it has gets one. Where hooks may keep a batch from
/// being applied there is none: every batch goes as an entry of its own.
/// </summary>
internal sealed class WindowLimit(ServedSink served, WindowSizes sizes, bool hasHooks)
{
    // So many quick batches share a commit of their progress where each has a commit of its own in the sink.
    private const int Usual = 64;

    public int Current => hasHooks ? 0 : served.Sink.IsIdempotent ? Math.Min(sizes.Of(served.Id), Largest) : 1;

    private int Largest => served.Sink is IWindowSink windows ? windows.LargestWindow : Usual;

    /// <summary>Learns from a window that was worked on.</summary>
    public void Learn(Window window, WindowResult result) => sizes.Learn(served.Id, window.Entries.Count, Largest, result);
}
