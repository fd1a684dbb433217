using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Changes;

// A commit for one version of a log, and the answer once it is there. Without a commit the answer stands already.
internal sealed record PreparedCommit<T>(T Result, Snapshot? Read = null, Commit? Commit = null, DataFiles? Files = null)
{
    public Task DiscardAsync(CancellationToken cancellationToken) => Files?.DiscardAsync(cancellationToken) ?? Task.CompletedTask;
}
