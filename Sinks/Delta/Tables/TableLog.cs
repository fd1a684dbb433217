using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.History;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Tables;

// A log with the version that this owner knows of it. The put of a commit tells whether that version is still the newest.
internal sealed class TableLog(DeltaTable table)
{
    private Snapshot? _known;
    private bool _isRead;

    public string Address => table.Store.Address;

    // The version that was read or committed last, without a look at the store.
    public Snapshot? Known => _known;

    public Task<Snapshot?> ReadAtAsync(long version, CancellationToken cancellationToken) => table.ReadAtAsync(version, cancellationToken);

    // Null when there is no table.
    public async Task<Snapshot?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_isRead)
        {
            _known = await table.ReadAsync(_known, cancellationToken);
            _isRead = true;
        }

        return _known;
    }

    // Answers false when another commit came first, and reads it before the next try.
    public async Task<bool> TryCommitAsync(Snapshot? read, Commit commit, CancellationToken cancellationToken)
    {
        // A put whose answer is lost may have succeeded: the log is read again.
        _isRead = false;
        var outcome = await table.TryCommitAsync(read, commit, cancellationToken);
        if (!outcome.IsCommitted)
        {
            return false;
        }

        (_known, _isRead) = (outcome.Snapshot, true);
        return true;
    }

    // The newest commits, each with what it says of itself, from the newest on.
    public IAsyncEnumerable<CommitSummary> HistoryAsync(int limit, CancellationToken cancellationToken) =>
        table.HistoryAsync(limit, cancellationToken);

    // Writes a checkpoint of the known version now.
    public async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is { } snapshot)
        {
            _known = await table.CheckpointAsync(snapshot, cancellationToken);
        }
    }

    // Checkpoints and cleans the log when that is due. Trouble in there concerns no batch.
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        if (_known is not null)
        {
            _known = (await table.MaintainAsync(_known, cancellationToken)).Snapshot;
        }
    }
}
