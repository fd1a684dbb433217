using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Sinks.DeltaLog.Commits;

/// <summary>One change of a table, which becomes visible whole or not at all.</summary>
public sealed record Commit
{
    /// <summary>Gets what the commit says of itself.</summary>
    public required CommitDescription Info { get; init; }

    /// <summary>Gets how far applications have come with this commit; one for each application.</summary>
    public IReadOnlyCollection<Transaction> Transactions { get; init; } = [];

    /// <summary>Gets the new protocol, or null when it stays.</summary>
    public DeltaProtocol? Protocol { get; init; }

    /// <summary>Gets the new metadata, or null when it stays.</summary>
    public DeltaMetadata? Metadata { get; init; }

    /// <summary>Gets the files that the table gains, which are durable already.</summary>
    public IReadOnlyCollection<AddFile> Adds { get; init; } = [];

    /// <summary>Gets the files that the table loses.</summary>
    public IReadOnlyCollection<RemoveFile> Removes { get; init; } = [];

    /// <summary>
    /// Gets whether rows that were removed come back, as when an earlier version is restored. Otherwise a file that is in the table may
    /// only have more of its rows marked. Default: false.
    /// </summary>
    public bool RowsComeBack { get; init; }

    /// <summary>Gets whether rows change. False when the same rows are only stored otherwise. Default: true.</summary>
    public bool DataChange { get; init; } = true;
}
