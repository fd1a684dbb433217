using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Input;

/// <summary>Settings of every sink that reads Parquet files: the roots, and limits for one file.</summary>
public abstract class InputOptions
{
    /// <summary>
    /// Gets or sets the directories, or s3://bucket/prefix, that batches may be read from, with everything below them.
    /// Default: an empty list, which stands for the current directory.
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

    /// <summary>
    /// Gets or sets the directory for copies of batches that lie in S3. Each process has a folder there, for its own account alone.
    /// Default: .orleansbatch/scratch.
    /// </summary>
    public string ScratchDirectory { get; set; } = Path.Combine(".orleansbatch", "scratch");

    /// <summary>
    /// Gets or sets the megabytes that the copies of batches from S3 may take together, and so one batch. Default: 4,096.
    /// </summary>
    public long ScratchMegabytes { get; set; } = 4_096;

    /// <summary>
    /// Gets or sets a value indicating whether S3 finds the bucket in the path and not in the host's name. Default: null.
    /// Null stands for true with an AWS_ENDPOINT_URL, and for false else.
    /// </summary>
    public bool? S3PathStyle { get; set; }

    // The service of a test. Null stands for the one that the standard AWS environment names.
    internal S3StoreOptions? S3 { get; set; }
}
