namespace OrleansBatch.Sinks.Delta.Changes;

// The operations that commits name, in Delta's own words.
internal static class Operations
{
    public const string Write = "WRITE";

    public const string Merge = "MERGE";

    // No rows change: an owner's token stands in the table.
    public const string Fence = "FENCE";

    public const string Optimize = "OPTIMIZE";

    public const string Vacuum = "VACUUM END";

    public const string Restore = "RESTORE";

    public const string Truncate = "TRUNCATE";
}
