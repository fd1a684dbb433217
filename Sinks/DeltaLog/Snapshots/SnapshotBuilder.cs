using System.Collections.Immutable;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Features;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Snapshots;

// Replays actions in their order. https://github.com/delta-io/delta/blob/master/PROTOCOL.md#action-reconciliation
internal sealed class SnapshotBuilder(string address)
{
    private readonly ImmutableDictionary<string, AddFile>.Builder _files = Empty<AddFile>();
    private readonly ImmutableDictionary<string, RemoveFile>.Builder _tombstones = Empty<RemoveFile>();
    private readonly ImmutableDictionary<string, Transaction>.Builder _transactions = Empty<Transaction>();
    private readonly bool _isFresh = true;
    private FileTotals _totals;
    private DeltaProtocol? _protocol;
    private DeltaMetadata? _metadata;
    private DeltaSchema? _schema;

    public SnapshotBuilder(Snapshot known)
        : this(known.Address)
    {
        _isFresh = false;
        _files = known.Files.ToBuilder();
        _tombstones = known.Tombstones.ToBuilder();
        _transactions = known.Transactions.ToBuilder();
        _totals = known.Totals;
        _protocol = known.Protocol;
        _metadata = known.Metadata;
        _schema = known.Schema;
        Version = known.Version;
        CheckpointVersion = known.CheckpointVersion;
        Timestamp = known.Timestamp;
    }

    public long Version { get; set; } = -1;

    public long CheckpointVersion { get; set; } = -1;

    public DateTimeOffset? Timestamp { get; set; }

    public void Apply(object? action)
    {
        switch (action)
        {
            case AddFile add:
                Add(add);
                break;
            case RemoveFile remove:
                Remove(remove);
                break;
            case Transaction transaction:
                _transactions[transaction.AppId] = transaction;
                break;
            case DeltaProtocol protocol:
                _protocol = protocol;
                break;
            case DeltaMetadata metadata:
                _schema = metadata.SchemaString == _metadata?.SchemaString ? _schema : null;
                _metadata = metadata;
                break;
            default:
                break;
        }
    }

    public Snapshot Build(DateTimeOffset now)
    {
        var protocol = _protocol ?? throw Incomplete("protocol");
        ReaderCheck.Require(address, protocol);
        var metadata = _metadata ?? throw Incomplete("metaData");
        if (_isFresh)
        {
            DropExpired(metadata, now);
        }

        return new Snapshot
        {
            Address = address,
            Version = Version,
            Timestamp = Timestamp ?? now,
            Protocol = protocol,
            Metadata = metadata,
            Schema = _schema ??= SchemaOf(metadata),
            Files = _files.ToImmutable(),
            Tombstones = _tombstones.ToImmutable(),
            Transactions = _transactions.ToImmutable(),
            Totals = _totals,
            ReadAt = now,
            CheckpointVersion = CheckpointVersion,
        };
    }

    // What is wrong with a log may be only that it is too new for this library, which then is the better answer.
    public void RequireKnownProtocol()
    {
        if (_protocol is not null)
        {
            ReaderCheck.Require(address, _protocol);
        }
    }

    private void Add(AddFile add)
    {
        if (_files.TryGetValue(add.Path, out var earlier))
        {
            _totals = _totals.Without(earlier);
        }

        _files[add.Path] = add;
        _totals = _totals.With(add);
        _tombstones.Remove(add.Key);
    }

    // A file with another vector is another file: the remove of the old one may come after the add of the new one.
    private void Remove(RemoveFile remove)
    {
        if (_files.TryGetValue(remove.Path, out var file) && file.Key == remove.Key)
        {
            _files.Remove(remove.Path);
            _totals = _totals.Without(file);
        }

        _tombstones[remove.Key] = remove;
    }

    // A commit must not cost as much as a table has applications: a snapshot that goes on keeps those of its start.
    private void DropExpired(DeltaMetadata metadata, DateTimeOffset now)
    {
        if (TableProperties.TransactionRetention(metadata) is { } retention)
        {
            _transactions.RemoveRange([.. _transactions.Values.Where(t => t.LastUpdated < now - retention).Select(t => t.AppId)]);
        }
    }

    private DeltaSchema SchemaOf(DeltaMetadata metadata)
    {
        try
        {
            return metadata.ReadSchema();
        }
        catch (FormatException error)
        {
            throw new DeltaLogException(
                $"The schema of the table at {address} can't be read at version {Version}: {error.Message}",
                DeltaLogTrouble.Damaged,
                error);
        }
    }

    private DeltaLogException Incomplete(string action) => new(
        $"The log of the table at {address} holds no {action} up to version {Version}: its first files are missing or were not written "
            + "by a Delta writer. Restore them.",
        DeltaLogTrouble.Damaged);

    private static ImmutableDictionary<string, T>.Builder Empty<T>() =>
        ImmutableDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
}
