namespace OrleansBatch.Sinks.Input.Footer;

// Bytes that are not what Parquet's format says must stand there.
internal sealed class FooterException(string message) : Exception(message)
{
    // The bytes ended too early, and may be right with more of them.
    public bool IsTruncated { get; init; }
}
