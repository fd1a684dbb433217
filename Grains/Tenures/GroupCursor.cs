using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// The cursor's row of one group and sink, in the hands of its owner: epoch, place and counts are known and changed here alone. Every write
/// names the epoch; when it matches no row, the ownership is lost and <see cref="OwnershipLostException"/> says so.
/// </summary>
internal sealed partial class GroupCursor(
    GroupSession session, GroupKey group, LockKey key, string silo, bool tellsHooks, TimeProvider time)
{
    private static readonly Statement _dropParkedWakeups = QueueStatements.Load("drop_parked_wakeups");
    private static readonly Statement _ownStatement = QueueStatements.Load("own");
    private static readonly Statement _recordLoss = QueueStatements.Load("record_loss");
    private static readonly Statement _beatStatement = QueueStatements.Load("beat");
    private static readonly Statement _leaveStatement = QueueStatements.Load("leave");
    private static readonly Statement _dropDrainedWakeups = QueueStatements.Load("drop_drained_wakeups");
    private static readonly Statement _trimWakeups = QueueStatements.Load("trim_wakeups");

    // Boxed: a beat may write the place while an advance reads it, and the advance must see one place or the other.
    private object? _place;

    /// <summary>Gets the epoch of this ownership, the sink's fencing token.</summary>
    public long Epoch { get; private set; }

    /// <summary>Gets a value indicating whether this tenure has claimed an entry.</summary>
    public bool HasClaimed { get; private set; }

    /// <summary>Gets a value indicating whether a former owner went away in a claim, and may still be at work on it.</summary>
    public bool FoundUnfinished { get; private set; }

    /// <summary>Gets a value indicating whether this tenure has passed an entry that was worked on.</summary>
    public bool HasPassed { get; private set; }

    /// <summary>Gets a value indicating whether the group was given up: it is drained and has no owner any more.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>Gets a value indicating whether the group's lock was given back in the same round trip.</summary>
    public bool IsLockReleased { get; private set; }

    // Where the row is, as the last statement that knows it says; written behind the session's gate.
    private RowPlace? Place
    {
        get => (RowPlace?)Volatile.Read(ref _place);
        set => Volatile.Write(ref _place, value);
    }

    /// <summary>Answers whether the group waits for its time or for somebody; its wakeups are gone then.</summary>
    public async Task<bool> IsParkedAsync(CancellationToken cancellationToken) =>
        await session.FirstAsync(
            _dropParkedWakeups, r => r.GetString(0), cancellationToken, group.TeamId, key.GroupId, key.SinkId) is not null;

    /// <summary>Raises the epoch, and records the loss of a former owner that went away in a batch.</summary>
    /// <param name="cancellationToken">Cancels the wait for the session.</param>
    /// <param name="wasAway">
    /// Tells whether the database was away when an owner fell silent whose last sign is that old: then the loss does not count.
    /// </param>
    /// <returns>Whether a loss was found.</returns>
    public async Task<bool> OwnAsync(CancellationToken cancellationToken, Func<TimeSpan, bool>? wasAway = null)
    {
        (Epoch, FoundUnfinished, var restarted, var silentFor, _rowHoldsCounts) = await session.FirstAsync(
            _ownStatement,
            r => (r.Get<long>("epoch"), r.NullOr<long?>("claimed_to") >= r.Get<long>("next_seq"), r.Get<bool>("restarted"),
                r.NullOr<TimeSpan>("silent_for"), r.Get<bool>("holds_counts")),
            cancellationToken, key.GroupId, key.SinkId, silo);
        if (FoundUnfinished)
        {
            var cause = restarted ? "restart" : wasAway?.Invoke(silentFor) ?? false ? "outage" : "unknown";
            await WriteAsync(_recordLoss, cancellationToken, key.GroupId, key.SinkId, Epoch, silo, cause);
        }

        return FoundUnfinished;
    }

    /// <summary>Drops the wakeups when everything is passed, and answers whether it is.</summary>
    public Task<bool> DropWakeupsIfDrainedAsync(CancellationToken cancellationToken) =>
        session.FirstAsync(_dropDrainedWakeups, r => r.GetBoolean(0), cancellationToken, group.TeamId, key.GroupId, key.SinkId, Epoch);

    /// <summary>Drops all wakeups but the newest, a bounded number of them.</summary>
    public Task<int> TrimWakeupsAsync(CancellationToken cancellationToken) =>
        session.FirstAsync(_trimWakeups, r => r.GetInt32(0), cancellationToken, group.TeamId, key.GroupId, key.SinkId, Epoch, 10_000);

    /// <summary>Takes the claim back and clears the owner; the lock follows in a statement of its own.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) =>
        WriteAsync(_leaveStatement, cancellationToken, key.GroupId, key.SinkId, Epoch);

    /// <summary>Asks whether this epoch is still the current one; the question is a heartbeat as well.</summary>
    /// <exception cref="OwnershipLostException">
    /// The epoch is not the current one, or the session that holds the lock is not there to ask.
    /// </exception>
    public async Task EnsureOwnedAsync(CancellationToken cancellationToken)
    {
        bool owned;
        try
        {
            owned = await session.FirstAsync(_beatStatement, ReadBeat, cancellationToken, key.GroupId, key.SinkId, Epoch);
        }
        catch (StatementCancelledException e)
        {
            throw new OwnershipLostException($"Group {group} is to be given up, and the database does not say whose it is. {e.Message}", e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new OwnershipLostException($"Group {group}: the session that holds its lock has ended. {e.Message}", e);
        }

        if (!owned)
        {
            throw Lost("beat");
        }
    }

    /// <summary>Beats once unless a statement is under way, which is a beat as well.</summary>
    /// <exception cref="StatementCancelledException">The server cancelled the beat; the session still has its lock.</exception>
    public async Task BeatAsync()
    {
        var (ran, beaten) = await session.FirstIfFreeAsync(_beatStatement, ReadBeat, key.GroupId, key.SinkId, Epoch);
        if (ran && !beaten)
        {
            throw Lost("heartbeat");
        }
    }

    /// <summary>Makes the error that says at which statement the loss was noticed.</summary>
    public OwnershipLostException Lost(string statement) =>
        new($"Group {group} has another owner by now: epoch {Epoch} is no longer the current one (noticed at {statement}).");

    private bool ReadBeat(Row row)
    {
        Place = row.GetPlace(0);
        return true;
    }

    private async Task WriteAsync(Statement statement, CancellationToken cancellationToken, params object[] arguments)
    {
        if (!await session.FirstAsync(statement, _ => true, cancellationToken, arguments))
        {
            throw Lost(statement.Name);
        }
    }
}
