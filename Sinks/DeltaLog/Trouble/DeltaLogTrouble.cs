namespace OrleansBatch.Sinks.DeltaLog.Trouble;

/// <summary>The kinds of trouble with a table's log.</summary>
public enum DeltaLogTrouble
{
    /// <summary>The table asks for something of the protocol that this library does not do.</summary>
    NotSupported,

    /// <summary>The log is broken: a version is missing in its middle, or a file of it can't be read.</summary>
    Damaged,

    /// <summary>The version that was asked for is not in the log, or not any more.</summary>
    NoSuchVersion,

    /// <summary>DuckDB had no memory left for a checkpoint.</summary>
    NoMemory,
}
