namespace OrleansBatch.Sinks.Stores.Scratch;

// A whole copy of an object. Files in use are never taken away.
internal sealed record ScratchEntry(string Key, string Path, long Length, string? ETag)
{
    public int Uses { get; set; }

    // Whether a fetch can still find the copy. Another one may have taken its place.
    public bool IsFound { get; set; } = true;
}
