namespace OrleansBatch.Sinks.Input;

/// <summary>Settings of every sink that reads Parquet files: which ones it may read, and how much one of them may become.</summary>
public abstract class InputOptions
{
    /// <summary>
    /// Gets or sets the directories that batches may be read from, with everything below them; an empty list stands for the current
    /// directory. Default: an empty list.
    /// </summary>
    public IList<string> InputRoots { get; set; } = [];

    /// <summary>
    /// Gets or sets a value indicating whether the checksums of a file's pages are checked, where it has them, before its rows are used.
    /// Default: true.
    /// </summary>
    public bool VerifyChecksums { get; set; } = true;

    /// <summary>
    /// Gets or sets the number of rows that one batch may have; a batch with more fails for good. Default: 1,000,000,000.
    /// </summary>
    public long MaxRows { get; set; } = 1_000_000_000;

    /// <summary>
    /// Gets or sets the megabytes that the values of one batch may take when they are decoded; a batch with more fails for good.
    /// Default: 65,536.
    /// </summary>
    public long MaxDecodedMegabytes { get; set; } = 65_536;

    /// <summary>
    /// Gets or sets the megabytes that one batch may spill to disk when memory does not suffice; one that needs more fails.
    /// Default: 65,536.
    /// </summary>
    public long MaxSpillMegabytes { get; set; } = 65_536;
}
