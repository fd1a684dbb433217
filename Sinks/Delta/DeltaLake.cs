using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Delta.Looking;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta;

/// <summary>Reads the tables of a lake without changing them. Silos may write to the tables meanwhile.</summary>
public sealed class DeltaLake : IDisposable
{
    private const string Log = "_delta_log/";

    private readonly TimeProvider _time;
    private readonly ScratchCache _copies;
    private readonly IObjectStore _store;

    /// <summary>Opens a lake. Nothing is read yet.</summary>
    /// <param name="lake">A directory, or s3://bucket/prefix.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="StoreException">The address can't be right.</exception>
    public DeltaLake(string lake, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(lake);
        var options = new DeltaSinkOptions { Lake = lake };
        _time = time ?? TimeProvider.System;
        _copies = LakeStore.CopiesOf(options);
        _store = LakeStore.Open(options, _copies, _time);
    }

    /// <summary>Gets the lake's place for people: an absolute directory, or s3://bucket/prefix.</summary>
    public string Address => _store.Address;

    /// <summary>Gives the place of a group's table for people, whether the table is there or not.</summary>
    /// <param name="group">The group.</param>
    public string AddressOf(GroupKey group) => _store.Below(TablePath.Of(group)).Address;

    /// <summary>Reads what a group's table is, and how far it has come in the queue.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="FileNotFoundException">There is no table: nothing is there, or what is there has no log.</exception>
    /// <exception cref="DeltaLogException">The log is damaged, or asks for something that is unknown here.</exception>
    /// <exception cref="StoreException">The lake can't be read.</exception>
    public async Task<DeltaTableState> ReadAsync(GroupKey group, CancellationToken cancellationToken)
    {
        var store = _store.Below(TablePath.Of(group));
        var table = new GroupTable(group, store, new DeltaLogOptions(), _time);
        var snapshot = await table.Main.ReadAsync(cancellationToken);

        // A stage that the table has taken in meanwhile is empty. The table is read again, and has its batches.
        var staged = await table.LastStagedSeqAsync(cancellationToken);
        snapshot = await new DeltaTable(store, new DeltaLogOptions(), _time).ReadAsync(snapshot, cancellationToken);
        return snapshot is not null || staged > 0
            ? await DescribeAsync(group, store, snapshot, staged, cancellationToken)
            : throw await MissingAsync(group, store, cancellationToken);
    }

    /// <summary>Reads the versions of a group's table, the newest first, as far back as its log goes.</summary>
    /// <param name="group">The group.</param>
    /// <param name="limit">The most versions.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="FileNotFoundException">There is no table: nothing is there, or what is there has no log.</exception>
    /// <exception cref="DeltaLogException">A commit can't be read.</exception>
    /// <exception cref="StoreException">The lake can't be read.</exception>
    public async Task<IReadOnlyList<DeltaTableVersion>> ReadHistoryAsync(GroupKey group, int limit, CancellationToken cancellationToken)
    {
        var store = _store.Below(TablePath.Of(group));
        var versions = new List<DeltaTableVersion>();
        await foreach (var commit in new DeltaTable(store, new DeltaLogOptions(), _time).HistoryAsync(limit, cancellationToken))
        {
            versions.Add(Versions.Of(commit));
        }

        return versions.Count > 0 ? versions : throw await MissingAsync(group, store, cancellationToken);
    }

    /// <summary>Deletes the copies of objects that were made on this host.</summary>
    public void Dispose() => _copies.Dispose();

    private static async Task<DeltaTableState> DescribeAsync(
        GroupKey group, IObjectStore store, Snapshot? snapshot, long staged, CancellationToken cancellationToken)
    {
        var marks = TableMarks.Of(snapshot);
        var state = new DeltaTableState
        {
            Group = group, Address = store.Address, Seq = marks.Seq, StagedSeq = staged, Token = marks.Token,
        };
        if (snapshot is null)
        {
            return state;
        }

        var tail = await LogTail.ReadAsync(store, snapshot.Version, cancellationToken);
        return state with
        {
            Version = snapshot.Version,
            CommittedAt = snapshot.Timestamp,
            Files = snapshot.Files.Count,
            Rows = snapshot.Rows,
            Bytes = snapshot.Bytes,
            LastOrigin = TableMarks.LastRun(snapshot) is var (run, index) ? new DeltaTableOrigin(run, index) : null,
            Columns = [.. snapshot.Schema.Fields.Select(f => new DeltaTableColumn(f.Name, Versions.TypeOf(f.Type), f.Nullable))],
            Protocol = snapshot.Protocol,
            LogTail = tail,
        };
    }

    private async Task<FileNotFoundException> MissingAsync(GroupKey group, IObjectStore store, CancellationToken cancellationToken)
    {
        await foreach (var _ in store.ListAsync(string.Empty, null, cancellationToken))
        {
            return new FileNotFoundException(
                $"{store.Address} is no Delta table: there are files, and no log in {Log}. Name another lake, or move the files away.");
        }

        return new FileNotFoundException(
            $"There is no table of group {group} in the lake {Address}: nothing was applied to it yet, or the table is in another lake.");
    }
}
