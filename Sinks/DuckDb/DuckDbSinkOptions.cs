using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

/// <summary>Settings of the sink that writes one DuckDB file per group.</summary>
public sealed class DuckDbSinkOptions : InputOptions
{
    /// <summary>Gets or sets the lake directory: a directory per team, with a database file per schema in each. Default: lake.</summary>
    public string LakeDirectory { get; set; } = "lake";

    /// <summary>
    /// Gets or sets the memory that DuckDB may use for one open file, in megabytes. Larger work is spilled to disk. Default: 512.
    /// </summary>
    public int MemoryLimitMegabytes { get; set; } = 512;

    /// <summary>Gets or sets the number of threads that DuckDB may use for one open file. Default: 1.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>
    /// Gets or sets how long a group waits when its file can't be written now, such as one locked elsewhere. Default: 10 seconds.
    /// </summary>
    public TimeSpan NotReadyRetry { get; set; } = TimeSpan.FromSeconds(10);
}
