using System.Diagnostics.CodeAnalysis;

using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.DeltaLog.Commits;

/// <summary>What became of a commit.</summary>
/// <param name="Snapshot">The table with the commit, or null when another commit took the version: read the table and decide anew.</param>
public sealed record CommitOutcome(Snapshot? Snapshot)
{
    /// <summary>Gets whether the commit is in the table.</summary>
    [MemberNotNullWhen(true, nameof(Snapshot))]
    public bool IsCommitted => Snapshot is not null;
}
