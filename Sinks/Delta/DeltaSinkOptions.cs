using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.Delta;

/// <summary>Settings of the sink that writes one Delta table per group.</summary>
public sealed class DeltaSinkOptions : InputOptions
{
    /// <summary>
    /// Gets or sets the lake: a directory, or s3://bucket/prefix. A directory per team holds a table per schema. Default: lake.
    /// </summary>
    public string Lake { get; set; } = "lake";

    /// <summary>
    /// Gets or sets the memory that DuckDB may use for one batch, in megabytes. Larger work is spilled to disk. Default: 512.
    /// </summary>
    public int MemoryLimitMegabytes { get; set; } = 512;

    /// <summary>Gets or sets the number of threads that DuckDB may use for one batch. Default: 1.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>Gets or sets the size that rewritten data files aim at, in megabytes. Default: 128.</summary>
    public int TargetFileMegabytes { get; set; } = 128;

    /// <summary>
    /// Gets or sets how many small files of one size are merged into one while the group has no batches; 0 for never. Default: 32.
    /// </summary>
    public int OptimizeFrom { get; set; } = 32;

    /// <summary>
    /// Gets or sets how old a data file must be that no version of the table names any more, to be deleted. A reader of an older version
    /// has as much time. Default: 7 days.
    /// </summary>
    public TimeSpan VacuumAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Gets or sets after how many commits a table's log gets a checkpoint. Default: 50.</summary>
    public int CheckpointInterval { get; set; } = 50;

    /// <summary>
    /// Gets or sets whether an incremental batch may mark the rows that it replaces in deletion vectors, where these are few of their file.
    /// A table that says it in its property delta.enableDeletionVectors goes before this. Default: false.
    /// </summary>
    public bool DeletionVectors { get; set; }

    /// <summary>
    /// Gets or sets how long a table remembers which batches of a run it has. A time shorter than the queue's retention would apply a
    /// batch again that is repeated after it. Default: 90 days.
    /// </summary>
    public TimeSpan TransactionRetention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Gets or sets the most batches of one commit. Default: 64 in a directory, 256 on S3.</summary>
    public int? LargestWindow { get; set; }

    /// <summary>
    /// Gets or sets how long a commit may take for the next one to be of more batches. Default: 100 milliseconds in a directory, 1 second
    /// on S3.
    /// </summary>
    public TimeSpan? LongestCommit { get; set; }

    /// <summary>
    /// Gets or sets how long a group waits when its table can't be written now, as on a full disk. Default: 10 seconds.
    /// </summary>
    public TimeSpan NotReadyRetry { get; set; } = TimeSpan.FromSeconds(10);
}
