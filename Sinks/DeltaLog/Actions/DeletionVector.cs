namespace OrleansBatch.Sinks.DeltaLog.Actions;

/// <summary>
/// The rows of a file that are deleted, as the log describes them. <see cref="Vectors.VectorFiles"/> reads which rows these are.
/// </summary>
/// <param name="StorageType">u or p: a file of its own; i: within the log.</param>
/// <param name="PathOrInlineDv">Where the vector is, or the vector itself.</param>
/// <param name="Offset">Where in the file the vector begins, or null.</param>
/// <param name="SizeInBytes">The vector's size in bytes.</param>
/// <param name="Cardinality">How many rows are deleted.</param>
public sealed record DeletionVector(string StorageType, string PathOrInlineDv, int? Offset, int SizeInBytes, long Cardinality)
{
    /// <summary>The feature that the protocol of a table with marked rows names, for readers and for writers.</summary>
    public const string Feature = "deletionVectors";

    /// <summary>The property of a table that is true where writers may mark rows.</summary>
    public const string EnablingProperty = "delta.enableDeletionVectors";

    // https://github.com/delta-io/delta/blob/master/PROTOCOL.md#derived-fields
    internal string UniqueId => Offset is { } offset ? $"{StorageType}{PathOrInlineDv}@{offset}" : StorageType + PathOrInlineDv;
}
