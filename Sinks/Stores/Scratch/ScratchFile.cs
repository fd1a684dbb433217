namespace OrleansBatch.Sinks.Stores.Scratch;

internal sealed class ScratchFile(ScratchCache cache, ScratchEntry entry) : IObjectFile
{
    private int _disposed;

    public string Path => entry.Path;

    public string? ETag => entry.ETag;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            cache.GiveBack(entry);
        }
    }
}
