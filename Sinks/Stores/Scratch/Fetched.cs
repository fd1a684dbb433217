namespace OrleansBatch.Sinks.Stores.Scratch;

// What the store said when an object was asked for: its new bytes are in the file, or the copy that is here still holds.
internal sealed record Fetched(long Length, string? ETag)
{
    public static Fetched Unchanged { get; } = new(-1, null);
}
