namespace OrleansBatch.Sinks.Delta.Changes;

// The operations that commits name, in Delta's own words.
internal static class Operations
{
    public const string Write = "WRITE";

    public const string Merge = "MERGE";

    // No rows change: an owner's token stands in the table.
    public const string Fence = "FENCE";

    public const string Truncate = "TRUNCATE";
}
