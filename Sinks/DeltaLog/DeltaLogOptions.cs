namespace OrleansBatch.Sinks.DeltaLog;

/// <summary>Settings of a table's log. A property of the table goes before the setting.</summary>
public sealed record DeltaLogOptions
{
    /// <summary>Gets after how many commits a checkpoint is due. The property is delta.checkpointInterval. Default: 20.</summary>
    public int CheckpointInterval { get; init; } = 20;

    /// <summary>Gets how long commits are kept behind a checkpoint. The property is delta.logRetentionDuration. Default: 30 days.</summary>
    public TimeSpan LogRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Gets how long removed files are remembered. The property is delta.deletedFileRetentionDuration. Default: 7 days.
    /// </summary>
    public TimeSpan TombstoneRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Gets how much memory DuckDB may take for a checkpoint, in megabytes. Default: 256.</summary>
    public long MemoryLimitMegabytes { get; init; } = 256;

    /// <summary>Gets the directory for files that exist while a checkpoint is written. Default: the system's for temporary files.</summary>
    public string ScratchDirectory { get; init; } = Path.GetTempPath();
}
