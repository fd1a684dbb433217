using Npgsql;
using NpgsqlTypes;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// The statements of one owner over its own session. Every write names the epoch; when one matches no row, the ownership is lost and
/// <see cref="OwnershipLostException"/> says so.
/// </summary>
internal sealed class OwnedCursor(GroupSession session, GroupKey group, LockKey key, string silo, bool tellsHooks = false)
{
    private static readonly Statement DropParkedWakeups = Statement.Load("drop_parked_wakeups");
    private static readonly Statement OwnStatement = Statement.Load("own");
    private static readonly Statement RecordLoss = Statement.Load("record_loss");
    private static readonly Statement BeatStatement = Statement.Load("beat");
    private static readonly Statement LeaveStatement = Statement.Load("leave");
    private static readonly Statement DropDrainedWakeups = Statement.Load("drop_drained_wakeups");
    private static readonly Statement FetchStatement = Statement.Load("fetch");
    private static readonly Statement UpstreamStatement = Statement.Load("upstream");
    private static readonly Statement ClaimStatement = Statement.Load("claim");
    private static readonly Statement AdvanceStatement = Statement.Load("advance");
    private static readonly Statement AdvanceFollowed = Statement.Load("advance_followed");
    private static readonly Statement AdvanceReplayed = Statement.Load("advance_replayed");
    private static readonly Statement SkipStatement = Statement.Load("skip");
    private static readonly Statement FailStatement = Statement.Load("fail");
    private static readonly Statement ParkStatement = Statement.Load("park");
    private static readonly Statement TrimWakeups = Statement.Load("trim_wakeups");
    private static readonly Statement BeginReplay = Statement.Load("begin_replay");
    private static readonly Statement TakeSkip = Statement.Load("take_skip");
    private static readonly Statement ReplayBase = Statement.Load("replay_base");

    // Found out by the first advance; what this tenure takes for a followed sink stays one.
    private bool _isFollowed;

    // Boxed, so that who reads it beside a beat sees one place or the other.
    private object? _place;

    public long Epoch { get; private set; }

    public bool HasClaimed { get; private set; }

    /// <summary>Gets a value indicating whether this tenure has passed an entry that was worked on.</summary>
    public bool HasPassed { get; private set; }

    /// <summary>Gets or sets where the cursor's row is, as the last statement that knows it says; set behind the session's gate.</summary>
    public NpgsqlTid? Place
    {
        get => (NpgsqlTid?)Volatile.Read(ref _place);
        set => Volatile.Write(ref _place, value);
    }

    /// <summary>Gets a value indicating whether a former owner left counts of its run in the cursor's row.</summary>
    public bool HoldsCounts { get; private set; }

    /// <summary>Notes that entries were passed.</summary>
    public void Passed() => HasPassed = true;

    /// <summary>Notes that the group was owned at this epoch and a batch claimed with it.</summary>
    public void Took(long epoch) => (Epoch, HasClaimed) = (epoch, true);

    /// <summary>Answers whether the group waits for its time or for somebody; its wakeups are gone then.</summary>
    public async Task<bool> IsParkedAsync(CancellationToken ct) =>
        await session.FirstAsync(DropParkedWakeups, r => r.GetString(0), ct, group.TeamId, key.GroupId, key.SinkId) is not null;

    /// <summary>Raises the epoch, and counts the loss of a former owner that went away in a batch.</summary>
    /// <returns>Whether a loss was found.</returns>
    public async Task<bool> OwnAsync(CancellationToken ct)
    {
        (Epoch, var unfinished, var restarted, HoldsCounts) = await session.FirstAsync(
            OwnStatement,
            r => (r.GetInt64(0), !r.IsDBNull(2) && r.GetInt64(2) >= r.GetInt64(1), r.GetBoolean(5), r.GetBoolean(6)),
            ct, key.GroupId, key.SinkId, silo);
        if (unfinished)
        {
            await WriteAsync(RecordLoss, ct, key.GroupId, key.SinkId, Epoch, silo, !restarted);
        }

        return unfinished;
    }

    public async Task<CursorPosition> FetchAsync(CancellationToken ct) =>
        await session.FirstAsync(
            FetchStatement, CursorPosition.Read, ct, key.GroupId, key.SinkId, Epoch, group.TeamId, group.SchemaId)
        ?? throw Lost("fetch");

    /// <summary>Reads what the sink that this one follows made of the entry.</summary>
    public async Task<UpstreamOutcome> ReadUpstreamAsync(LogEntry entry, CancellationToken ct) =>
        await session.FirstAsync(UpstreamStatement, UpstreamOutcome.Read, ct, key.GroupId, key.SinkId, entry.Seq, entry.RunId)
        ?? throw new InvalidOperationException($"Sink {key.SinkId} has no upstream any more: somebody changed its row.");

    /// <summary>Does what an operator asked for at this boundary.</summary>
    public Task ComplyAsync(DueRequest request, long nextSeq, CancellationToken ct) =>
        WriteAsync(request.IsReplay ? BeginReplay : TakeSkip, ct, key.GroupId, key.SinkId, Epoch, nextSeq, request.Id);

    /// <summary>Reads what the sink must hold already when the replay begins: the last batch it applied before.</summary>
    public Task<long> ReadReplayBaseAsync(long request, CancellationToken ct) =>
        session.FirstAsync(ReplayBase, r => r.GetInt64(0), ct, key.GroupId, key.SinkId, request);

    /// <summary>Takes the entry up and returns the number of this attempt.</summary>
    public async Task<int> ClaimAsync(LogEntry entry, CancellationToken ct)
    {
        var attempt = await session.FirstAsync(ClaimStatement, r => r.GetInt32(0), ct, key.GroupId, key.SinkId, Epoch, entry.Seq);
        HasClaimed |= attempt > 0;
        return attempt > 0 ? attempt : throw Lost("claim");
    }

    public async Task AdvanceAsync(LogEntry entry, CallResult done, CancellationToken ct)
    {
        var tells = tellsHooks && entry.Ends is not null;
        object[] arguments =
        [
            key.GroupId, key.SinkId, Epoch, entry.Seq, entry.CreatedAt, entry.IsBatch, entry.RunId, Argument.Of(entry.RowCount),
            Argument.Of(RunEnds.StateAfter(entry.Ends)), silo, .. RowsOf(entry, done), NotesOf(done.Notes),
        ];
        if (tells || _isFollowed || !await session.FirstAsync(AdvanceStatement, _ => true, ct, arguments))
        {
            await WriteAsync(AdvanceFollowed, ct, [.. arguments, group.TeamId, tellsHooks]);
            _isFollowed |= !tells;
        }

        Passed();
    }

    /// <summary>Passes an entry that was passed before a replay.</summary>
    public async Task AdvanceReplayedAsync(LogEntry entry, bool applied, CallResult done, CancellationToken ct)
    {
        await WriteAsync(
            AdvanceReplayed, ct,
            [key.GroupId, key.SinkId, Epoch, entry.Seq, entry.CreatedAt, applied, silo, group.TeamId, .. RowsOf(entry, done), entry.RunId,
                NotesOf(done.Notes)]);
        Passed();
    }

    /// <summary>Passes an entry that is not applied; with an end, the run ends here with it.</summary>
    public Task SkipAsync(LogEntry entry, EntryVerdict.Skip skip, RunEnd? end, IReadOnlyList<string> notes, CancellationToken ct) =>
        WriteAsync(SkipStatement, ct, key.GroupId, key.SinkId, Epoch, entry.Seq, entry.CreatedAt, entry.IsBatch, entry.RunId, silo, skip.Why,
            Argument.Of(skip.Counts ? RunEnds.StateAfter(end) ?? "running" : null), skip.ByOperator, group.TeamId, tellsHooks,
            NotesOf(notes));

    public Task FailAsync(LogEntry entry, EntryError error, bool blocks, CancellationToken ct) =>
        WriteAsync(FailStatement, ct, key.GroupId, key.SinkId, Epoch, entry.Seq, entry.CreatedAt, entry.IsBatch, entry.RunId, silo,
            error.Message, blocks, group.TeamId, tellsHooks, Argument.Of(error.Detail));

    public Task ParkAsync(LogEntry entry, ParkReason reason, CancellationToken ct) =>
        WriteAsync(ParkStatement, ct, key.GroupId, key.SinkId, Epoch, entry.Seq, group.TeamId, Argument.Of(reason.For?.TotalSeconds),
            reason.Kind, reason.Error.Message, silo, reason.Outcome, Argument.Of(reason.Error.Detail));

    /// <summary>Drops the wakeups when everything is passed, and answers whether it is.</summary>
    public Task<bool> DropWakeupsIfDrainedAsync(CancellationToken ct) =>
        session.FirstAsync(DropDrainedWakeups, r => r.GetBoolean(0), ct, group.TeamId, key.GroupId, key.SinkId, Epoch);

    /// <summary>Drops all wakeups but the newest, a bounded number of them.</summary>
    public Task<int> TrimWakeupsAsync(CancellationToken ct) =>
        session.FirstAsync(TrimWakeups, r => r.GetInt32(0), ct, group.TeamId, key.GroupId, key.SinkId, Epoch, 10_000);

    public Task LeaveAsync(CancellationToken ct) => WriteAsync(LeaveStatement, ct, key.GroupId, key.SinkId, Epoch);

    /// <summary>Asks whether this epoch is still the current one, and beats the heartbeat by it.</summary>
    /// <exception cref="OwnershipLostException">It is not, or the session that holds the lock is not there to ask.</exception>
    public async Task EnsureOwnedAsync(CancellationToken ct)
    {
        bool owned;
        try
        {
            owned = await session.FirstAsync(BeatStatement, ReadBeat, ct, key.GroupId, key.SinkId, Epoch);
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

    /// <summary>Beats unless a statement is under way: each of those beats as well.</summary>
    public async Task BeatAsync()
    {
        var (ran, beaten) = await session.FirstIfFreeAsync(BeatStatement, ReadBeat, key.GroupId, key.SinkId, Epoch);
        if (ran && !beaten)
        {
            throw Lost("heartbeat");
        }
    }

    /// <summary>Makes the error that says where the loss was noticed.</summary>
    public OwnershipLostException Lost(string statement) =>
        new($"Group {group} has another owner by now: epoch {Epoch} is no longer the current one (noticed at {statement}).");

    // A marker applies no rows; a sink that does not count leaves them unknown.
    private static object[] RowsOf(LogEntry entry, CallResult done) =>
    [
        Argument.Of(entry.IsBatch ? done.Batch?.RowsApplied : 0), Argument.Of(entry.IsBatch ? done.Batch?.RowsReplaced : 0),
        done.Batch?.ValuesRounded ?? 0,
    ];

    private static object NotesOf(IReadOnlyList<string> notes) => Argument.Of(notes.Count > 0 ? [.. notes.Select(EntryError.Storable)] : null);

    private bool ReadBeat(NpgsqlDataReader row)
    {
        Place = row.GetFieldValue<NpgsqlTid>(0);
        return true;
    }

    private async Task WriteAsync(Statement statement, CancellationToken ct, params object[] arguments)
    {
        if (!await session.FirstAsync(statement, _ => true, ct, arguments))
        {
            throw Lost(statement.Name);
        }
    }
}
