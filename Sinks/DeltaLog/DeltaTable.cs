using OrleansBatch.Sinks.DeltaLog.Checkpoints;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.History;
using OrleansBatch.Sinks.DeltaLog.Maintenance;
using OrleansBatch.Sinks.DeltaLog.Replay;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog;

/// <summary>The log of one Delta Lake table. Any number of programs may use it at once, on any number of hosts.</summary>
public sealed class DeltaTable
{
    private readonly SnapshotReader _reader;
    private readonly SnapshotRefresh _refresh;
    private readonly Committer _committer;
    private readonly Maintainer _maintainer;
    private readonly HistoryReader _history;

    /// <summary>Creates the log of a table, whether the table is there or not. Nothing is read or written yet.</summary>
    /// <param name="store">The table's directory.</param>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock.</param>
    public DeltaTable(IObjectStore store, DeltaLogOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        Store = store;
        var commits = new CommitReader(store);
        var sessions = new SessionPool(options.MemoryLimitMegabytes);
        _reader = new SnapshotReader(store, commits, new CheckpointReader(store, sessions), time);
        _refresh = new SnapshotRefresh(store, commits, time, options.LogRetention);
        _committer = new Committer(store, commits, _refresh, time);
        _history = new HistoryReader(store, commits);
        _maintainer = new Maintainer(
            new CheckpointWriter(store, options.ScratchDirectory, sessions),
            new LogCleanup(store),
            options.CheckpointInterval,
            options.LogRetention,
            options.TombstoneRetention,
            time);
    }

    /// <summary>Gets the table's directory.</summary>
    public IObjectStore Store { get; }

    /// <summary>Reads the newest version. From a known snapshot on, only the commits after it are read.</summary>
    /// <param name="known">A snapshot that was read before, or null.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>Null when there is no table.</returns>
    /// <exception cref="Trouble.DeltaLogException">The log is damaged, or means something that is unknown here.</exception>
    /// <exception cref="StoreException">The store can't be read.</exception>
    public async Task<Snapshot?> ReadAsync(Snapshot? known, CancellationToken cancellationToken) =>
        (known is null ? null : await _refresh.TryAsync(known, cancellationToken)) ?? await _reader.ReadNewestAsync(cancellationToken);

    /// <summary>Reads an older version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>Null when there is no table.</returns>
    /// <exception cref="Trouble.DeltaLogException">The version is not in the log, or the log can't be read.</exception>
    /// <exception cref="StoreException">The store can't be read.</exception>
    public Task<Snapshot?> ReadAtAsync(long version, CancellationToken cancellationToken) =>
        _reader.ReadAtAsync(version, cancellationToken);

    /// <summary>Commits a change as the version after the one that was read, unless another commit is there.</summary>
    /// <param name="read">The snapshot that the change is made for, or null when there is no table.</param>
    /// <param name="commit">The change.</param>
    /// <param name="cancellationToken">Cancels the wait; the commit may be in the table all the same.</param>
    /// <exception cref="ArgumentException">The change contradicts itself, the table or the protocol.</exception>
    /// <exception cref="Trouble.DeltaLogException">The table can't be written here. Nothing was written.</exception>
    /// <exception cref="StoreException">The store can't be written, or does not tell whether it was.</exception>
    public Task<CommitOutcome> TryCommitAsync(Snapshot? read, Commit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        return _committer.TryCommitAsync(read, commit, cancellationToken);
    }

    /// <summary>Writes a checkpoint when one is due, and deletes old files of the log when that is due.</summary>
    /// <param name="snapshot">The newest snapshot.</param>
    /// <param name="cancellationToken">Cancels the maintenance; the table stays whole.</param>
    /// <returns>What was done. Trouble with the store or the checkpoint is returned and not thrown.</returns>
    public Task<MaintenanceResult> MaintainAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return _maintainer.RunAsync(snapshot, cancellationToken);
    }

    /// <summary>Writes a checkpoint now, whether one is due or not.</summary>
    /// <param name="snapshot">The newest snapshot.</param>
    /// <param name="cancellationToken">Cancels the write; the table stays whole.</param>
    /// <returns>The snapshot to go on with, which knows of the checkpoint.</returns>
    /// <exception cref="Trouble.DeltaLogException">The table can't be written here, or DuckDB had no memory left.</exception>
    /// <exception cref="StoreException">The store can't be written.</exception>
    public Task<Snapshot> CheckpointAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return _maintainer.CheckpointAsync(snapshot, cancellationToken);
    }

    /// <summary>Reads what the commits say of themselves, the newest first, as far back as the log goes.</summary>
    /// <param name="limit">The most commits to read.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="Trouble.DeltaLogException">A commit can't be read.</exception>
    /// <exception cref="StoreException">The store can't be read.</exception>
    public IAsyncEnumerable<CommitSummary> HistoryAsync(int limit, CancellationToken cancellationToken) =>
        _history.ReadAsync(limit, cancellationToken);
}
