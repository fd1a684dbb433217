namespace OrleansBatch.Sinks.Input;

/// <summary>Settings of every sink that reads Parquet files: the roots, and limits for one file.</summary>
public abstract class InputOptions
{
    /// <summary>
    /// Gets or sets the directories that batches may be read from, with everything below them. Default: an empty list.
    /// An empty list stands for the current directory.
    /// </summary>
    public IList<string> InputRoots { get; set; } = [];

    /// <summary>
    /// Gets or sets a value indicating whether the checksums of pages are checked before rows are used. Default: true.
    /// Pages without a checksum are not checked.
    /// </summary>
    public bool VerifyChecksums { get; set; } = true;

    /// <summary>
    /// Gets or sets the number of rows that one batch may have. A batch with more fails for good. Default: 1,000,000,000.
    /// </summary>
    public long MaxRows { get; set; } = 1_000_000_000;

    /// <summary>
    /// Gets or sets the megabytes that the decoded values of one batch may take. A batch with more fails for good.
    /// Default: 65,536.
    /// </summary>
    public long MaxDecodedMegabytes { get; set; } = 65_536;

    /// <summary>
    /// Gets or sets the megabytes that one batch may spill to disk when memory does not suffice. A batch that needs more fails.
    /// Default: 65,536.
    /// </summary>
    public long MaxSpillMegabytes { get; set; } = 65_536;
}
