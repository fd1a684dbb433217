using System.Collections.Immutable;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Features;
using OrleansBatch.Sinks.DeltaLog.Schema;

namespace OrleansBatch.Sinks.DeltaLog.Snapshots;

/// <summary>A table as it is at one version. A snapshot never changes, and shares with the next one what is the same.</summary>
public sealed record Snapshot
{
    internal Snapshot()
    {
    }

    /// <summary>Gets the table's address for people.</summary>
    public required string Address { get; init; }

    /// <summary>Gets the version: 0 is the table's first commit.</summary>
    public required long Version { get; init; }

    /// <summary>Gets when the version was committed, as the commit says, or else as the store says.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Gets what a program must know to read and write the table.</summary>
    public required DeltaProtocol Protocol { get; init; }

    /// <summary>Gets the table's properties, partitions and schema.</summary>
    public required DeltaMetadata Metadata { get; init; }

    /// <summary>Gets the columns.</summary>
    public required DeltaSchema Schema { get; init; }

    /// <summary>Gets the data files by their paths.</summary>
    public required ImmutableDictionary<string, AddFile> Files { get; init; }

    /// <summary>Gets the removed files that readers of older versions may still need, by paths and deletion vectors.</summary>
    public required ImmutableDictionary<string, RemoveFile> Tombstones { get; init; }

    /// <summary>Gets how far each application has come, by application. Expired ones are left out.</summary>
    public required ImmutableDictionary<string, Transaction> Transactions { get; init; }

    /// <summary>Gets the number of rows, or null when a file does not tell its own.</summary>
    public long? Rows => Totals.FilesWithoutRows == 0 ? Totals.Rows : null;

    /// <summary>Gets the size of the data files in bytes.</summary>
    public long Bytes => Totals.Bytes;

    internal FileTotals Totals { get; init; }

    // When the log was looked at for this snapshot.
    internal DateTimeOffset ReadAt { get; init; }

    // The newest version that is known to have a checkpoint, or -1.
    internal long CheckpointVersion { get; init; }

    // Null keeps all tombstones. One without a time was removed before times were written down.
    internal Snapshot WithoutExpired(DateTimeOffset now, TimeSpan? retention)
    {
        if (retention is not { } kept)
        {
            return this;
        }

        var young = now - kept;
        var expired = Tombstones.Where(t => !(t.Value.DeletionTimestamp > young)).Select(t => t.Key);
        return this with { Tombstones = Tombstones.RemoveRange(expired) };
    }

    internal Snapshot WithCheckpoint() => this with { CheckpointVersion = Version };

    /// <summary>Refuses a table that this library can't write, or whose rows are more than the rows of its files.</summary>
    /// <exception cref="Trouble.DeltaLogException">The table has a feature that is not honoured here: the message names it.</exception>
    public void RequireWritable()
    {
        WriterCheck.Require(Address, Protocol, Metadata, Schema);
        if (Totals.AbsolutePaths > 0)
        {
            throw WriterCheck.Refused(Address, "it names files outside of its own directory, as a shallow clone does");
        }
    }
}
