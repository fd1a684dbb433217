using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Files;
using OrleansBatch.Sinks.DeltaLog.Replay;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Commits;

// Puts a commit as the version after the one that was read, or tells that another commit is there.
internal sealed class Committer(IObjectStore store, CommitReader commits, SnapshotRefresh refresh, TimeProvider time)
{
    public async Task<CommitOutcome> TryCommitAsync(Snapshot? read, Commit commit, CancellationToken cancellationToken)
    {
        CommitRules.Require(store.Address, read, commit);
        var version = (read?.Version ?? -1) + 1;
        var txnId = Guid.NewGuid().ToString();
        var bytes = CommitText.Of(commit, txnId, read?.Version, time.GetUtcNow());
        if (!await TryPutAsync(version, bytes, txnId, cancellationToken))
        {
            return new CommitOutcome(null);
        }

        // Who was away for long may have put a version that the log once had. No reader looks at what stands before a checkpoint.
        if (await refresh.IsOvertakenAsync(read, cancellationToken))
        {
            return new CommitOutcome(null);
        }

        var builder = read is null ? new SnapshotBuilder(store.Address) : new SnapshotBuilder(read);
        commits.Apply(builder, version, LogLines.Of(bytes), null);
        return new CommitOutcome(builder.Build(time.GetUtcNow()));
    }

    // A store that tried again by itself may find the name taken by its own first try.
    private async Task<bool> TryPutAsync(long version, byte[] bytes, string txnId, CancellationToken cancellationToken)
    {
        try
        {
            return await store.TryCreateAsync(LogNames.Commit(version), bytes, cancellationToken)
                || await FindTxnIdAsync(version, cancellationToken) == txnId;
        }
        catch (StoreException error) when (error.Trouble == StoreTrouble.Passing)
        {
            // The answer was lost, and what became of the commit stands in the log. When nothing stands there, nobody knows.
            if (await FindTxnIdAsync(version, cancellationToken) is not { } found)
            {
                throw;
            }

            return found == txnId;
        }
    }

    private async Task<string?> FindTxnIdAsync(long version, CancellationToken cancellationToken)
    {
        if (await store.TryReadAsync(LogNames.Commit(version), cancellationToken) is not { } bytes)
        {
            return null;
        }

        return commits.Actions(version, LogLines.Of(bytes)).OfType<CommitInfo>().FirstOrDefault()?.TxnId ?? "";
    }
}
