using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Sinks.Delta;

/// <summary>A group's table at its newest version.</summary>
public sealed record DeltaTableState
{
    /// <summary>Gets the group.</summary>
    public required GroupKey Group { get; init; }

    /// <summary>Gets the table's place for people.</summary>
    public required string Address { get; init; }

    /// <summary>Gets the version; null while only a full refresh is staged.</summary>
    public long? Version { get; init; }

    /// <summary>Gets when the version was committed.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>Gets the number of data files.</summary>
    public int Files { get; init; }

    /// <summary>Gets the number of rows, or null when a file does not tell its own.</summary>
    public long? Rows { get; init; }

    /// <summary>Gets the size of the data files in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Gets the run whose batches came last, or null when the table has none on record.</summary>
    public DeltaTableOrigin? LastOrigin { get; init; }

    /// <summary>Gets the last batch of the group that the table has, or 0.</summary>
    public long Seq { get; init; }

    /// <summary>Gets the last batch that a full refresh under way has in its stage, or 0.</summary>
    public long StagedSeq { get; init; }

    /// <summary>Gets the highest fencing token of an owner that committed, or 0.</summary>
    public long Token { get; init; }

    /// <summary>Gets the columns.</summary>
    public IReadOnlyList<DeltaTableColumn> Columns { get; init; } = [];

    /// <summary>Gets what a program must know to read and write the table; null while only a full refresh is staged.</summary>
    public DeltaProtocol? Protocol { get; init; }

    /// <summary>Gets what a reader must read of the log beside the newest checkpoint.</summary>
    public DeltaTableLogTail LogTail { get; init; } = new(null, 0, 0);

    /// <summary>Gets the last batch of the group that table and stages together have, or 0.</summary>
    public long ReachedSeq => Math.Max(Seq, StagedSeq);
}
