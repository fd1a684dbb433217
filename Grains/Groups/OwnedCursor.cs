using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Groups;

/// <summary>
/// The statements of one owner over its own session. Every write names the epoch; when one matches no row, the ownership is lost and
/// <see cref="OwnershipLostException"/> says so.
/// </summary>
internal sealed class OwnedCursor(GroupSession session, GroupKey group, LockKey key, string silo)
{
    private static readonly Statement DropParkedWakeups = Statement.Load("drop_parked_wakeups");
    private static readonly Statement OwnStatement = Statement.Load("own");
    private static readonly Statement RecordLoss = Statement.Load("record_loss");
    private static readonly Statement BeatStatement = Statement.Load("beat");
    private static readonly Statement LeaveStatement = Statement.Load("leave");
    private static readonly Statement DropDrainedWakeups = Statement.Load("drop_drained_wakeups");
    private static readonly Statement FetchStatement = Statement.Load("fetch");
    private static readonly Statement ClaimStatement = Statement.Load("claim");
    private static readonly Statement AdvanceStatement = Statement.Load("advance");
    private static readonly Statement SkipStatement = Statement.Load("skip");
    private static readonly Statement FailStatement = Statement.Load("fail");
    private static readonly Statement ParkStatement = Statement.Load("park");
    private static readonly Statement TrimWakeups = Statement.Load("trim_wakeups");

    public long Epoch { get; private set; }

    public bool HasClaimed { get; private set; }

    /// <summary>Answers whether the group waits for its time or for somebody; its wakeups are gone then.</summary>
    public async Task<bool> IsParkedAsync(CancellationToken ct) =>
        await session.FirstAsync(DropParkedWakeups, r => r.GetString(0), ct, group.TeamId, key.GroupId, key.SinkId) is not null;

    /// <summary>Raises the epoch, and counts the loss of a former owner that went away in a batch.</summary>
    /// <returns>Whether a loss was found.</returns>
    public async Task<bool> OwnAsync(CancellationToken ct)
    {
        var (epoch, unfinished, restarted) = await session.FirstAsync(
            OwnStatement,
            r => (r.GetInt64(0), !r.IsDBNull(2) && r.GetInt64(2) >= r.GetInt64(1), r.GetBoolean(5)),
            ct, key.GroupId, key.SinkId, silo);
        Epoch = epoch;
        if (unfinished)
        {
            await WriteAsync(RecordLoss, ct, key.GroupId, key.SinkId, Epoch, silo, !restarted);
        }

        return unfinished;
    }

    public async Task<CursorPosition> FetchAsync(CancellationToken ct) =>
        await session.FirstAsync(
            FetchStatement,
            r => new CursorPosition(r.GetInt64(0), r.GetInt64(1), r.GetInt32(2), r.GetInt32(3), LogEntry.Read(r)),
            ct, key.GroupId, key.SinkId, Epoch)
        ?? throw Lost("fetch");

    /// <summary>Takes the entry up and returns the number of this attempt.</summary>
    public async Task<int> ClaimAsync(LogEntry entry, CancellationToken ct)
    {
        var attempt = await session.FirstAsync(ClaimStatement, r => r.GetInt32(0), ct, key.GroupId, key.SinkId, Epoch, entry.Seq);
        HasClaimed |= attempt > 0;
        return attempt > 0 ? attempt : throw Lost("claim");
    }

    public Task AdvanceAsync(LogEntry entry, CancellationToken ct) =>
        WriteAsync(AdvanceStatement, ct, key.GroupId, key.SinkId, Epoch, entry.Seq, entry.CreatedAt, entry.IsBatch, entry.RunId,
            entry.IsBatch ? entry.RowCount ?? 0 : 0, StateAfter(entry.Ends), silo);

    public Task SkipAsync(LogEntry entry, string why, CancellationToken ct) =>
        WriteAsync(SkipStatement, ct, key.GroupId, key.SinkId, Epoch, entry.Seq, entry.CreatedAt, entry.IsBatch, entry.RunId, silo, why);

    public Task FailAsync(LogEntry entry, string error, CancellationToken ct) =>
        WriteAsync(FailStatement, ct, key.GroupId, key.SinkId, Epoch, entry.Seq, entry.CreatedAt, entry.IsBatch, entry.RunId, silo, error,
            entry.BlocksOnFailure, group.TeamId);

    public Task ParkAsync(LogEntry entry, TimeSpan wait, string reason, string error, CancellationToken ct) =>
        WriteAsync(ParkStatement, ct, key.GroupId, key.SinkId, Epoch, entry.Seq, group.TeamId, wait.TotalSeconds, reason, error, silo);

    /// <summary>Drops the wakeups when everything is passed, and answers whether it is.</summary>
    public Task<bool> DropWakeupsIfDrainedAsync(CancellationToken ct) =>
        session.FirstAsync(DropDrainedWakeups, r => r.GetBoolean(0), ct, group.TeamId, key.GroupId, key.SinkId, Epoch);

    /// <summary>Drops all wakeups but the newest, a bounded number of them.</summary>
    public Task<int> TrimWakeupsAsync(CancellationToken ct) =>
        session.FirstAsync(TrimWakeups, r => r.GetInt32(0), ct, group.TeamId, key.GroupId, key.SinkId, Epoch, 10_000);

    public Task LeaveAsync(CancellationToken ct) => WriteAsync(LeaveStatement, ct, key.GroupId, key.SinkId, Epoch);

    /// <summary>Asks whether this epoch is still the current one, and beats the heartbeat by it.</summary>
    public Task EnsureOwnedAsync(CancellationToken ct) => WriteAsync(BeatStatement, ct, key.GroupId, key.SinkId, Epoch);

    /// <summary>Beats unless a statement is under way: each of those beats as well.</summary>
    public async Task BeatAsync()
    {
        var (ran, row) = await session.FirstIfFreeAsync(BeatStatement, r => r.GetInt64(0), key.GroupId, key.SinkId, Epoch);
        if (ran && row == 0)
        {
            throw Lost("heartbeat");
        }
    }

    private async Task WriteAsync(Statement statement, CancellationToken ct, params object?[] arguments)
    {
        if (!await session.FirstAsync(statement, _ => true, ct, arguments))
        {
            throw Lost(statement.Name);
        }
    }

    private OwnershipLostException Lost(string statement) =>
        new($"Group {group} has another owner by now: epoch {Epoch} is no longer the current one (noticed at {statement}).");

    private static string? StateAfter(RunEnd? end) => end switch
    {
        null => null,
        RunEnd.Sealed => "succeeded",
        RunEnd.Failed => "failed",
        RunEnd.Cancelled => "cancelled",
        RunEnd.Superseded => "superseded",
        _ => "stranded",
    };
}
