using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Tenures;

// The entry at the cursor: one statement to look at it, one to claim it, one to pass it or to wait with it.
internal sealed partial class GroupCursor
{
    private static readonly Statement _fetchStatement = QueueStatements.Load("fetch");
    private static readonly Statement _upstreamStatement = QueueStatements.Load("upstream");
    private static readonly Statement _claimStatement = QueueStatements.Load("claim");
    private static readonly Statement _advanceStatement = QueueStatements.Load("advance");
    private static readonly Statement _advanceFollowed = QueueStatements.Load("advance_followed");
    private static readonly Statement _advanceReplayed = QueueStatements.Load("advance_replayed");
    private static readonly Statement _skipStatement = QueueStatements.Load("skip");
    private static readonly Statement _failStatement = QueueStatements.Load("fail");
    private static readonly Statement _parkStatement = QueueStatements.Load("park");
    private static readonly Statement _beginReplay = QueueStatements.Load("begin_replay");
    private static readonly Statement _takeSkip = QueueStatements.Load("take_skip");
    private static readonly Statement _takeBackSkip = QueueStatements.Load("take_back_skip");
    private static readonly Statement _replayBase = QueueStatements.Load("replay_base");

    // The first advance finds out whether another sink follows this one; for this tenure a followed sink stays one.
    private bool _isFollowed;

    public async Task<CursorPosition> FetchAsync(CancellationToken cancellationToken) =>
        await session.FirstAsync(
            _fetchStatement, CursorPosition.Read, cancellationToken, key.GroupId, key.SinkId, Epoch, group.TeamId, group.SchemaId)
        ?? throw Lost("fetch");

    /// <summary>Reads what the sink that this one follows made of the entry.</summary>
    public async Task<UpstreamOutcome> ReadUpstreamAsync(LogEntry entry, CancellationToken cancellationToken) =>
        await session.FirstAsync(
            _upstreamStatement, UpstreamOutcome.Read, cancellationToken, key.GroupId, key.SinkId, entry.Seq, entry.RunId)
        ?? throw new InvalidOperationException($"Sink {key.SinkId} has no upstream any more: somebody changed its row.");

    /// <summary>Does at this boundary what an operator asked for, when no sink is needed for it.</summary>
    public Task ComplyAsync(DueRequest request, long nextSeq, CancellationToken cancellationToken) =>
        WriteAsync(
            request.Kind == RequestKind.Replay ? _beginReplay : _takeSkip, cancellationToken, key.GroupId, key.SinkId, Epoch, nextSeq,
            request.Id);

    /// <summary>Reads what the sink must hold already when the replay begins: the last batch it applied before.</summary>
    public Task<long> ReadReplayBaseAsync(long request, CancellationToken cancellationToken) =>
        session.FirstAsync(_replayBase, r => r.GetInt64(0), cancellationToken, key.GroupId, key.SinkId, request);

    /// <summary>Takes the entry up and returns the number of this attempt.</summary>
    public async Task<int> ClaimAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        var attempt = await session.FirstAsync(
            _claimStatement, r => r.GetInt32(0), cancellationToken, key.GroupId, key.SinkId, Epoch, entry.Seq);
        HasClaimed |= attempt > 0;
        return attempt > 0 ? attempt : throw Lost("claim");
    }

    /// <summary>Takes off the record that the batch is to be skipped.</summary>
    public Task TakeBackSkipAsync(LogEntry entry, CancellationToken cancellationToken) =>
        WriteAsync(_takeBackSkip, cancellationToken, key.GroupId, key.SinkId, Epoch, entry.Seq);

    /// <summary>Passes an entry that succeeded, with the end that comes with it.</summary>
    public Task AdvanceAsync(LogEntry entry, CallResult done, CancellationToken cancellationToken) =>
        AdvanceAsync(entry, entry.Ends, done, cancellationToken);

    /// <summary>Passes an entry that succeeded; with an end, the run ends here with it.</summary>
    public async Task AdvanceAsync(LogEntry entry, RunEnd? end, CallResult done, CancellationToken cancellationToken)
    {
        var tells = tellsHooks && end is not null;
        (string, object)[] arguments =
        [
            .. Passing(entry),
            ("is_batch", entry.IsBatch),
            ("run_id", entry.RunId),
            ("rows_announced", Argument.Of(entry.RowCount)),
            ("ended_as", Argument.Of(RunEnds.StateAfter(end))),
            .. Rows(entry, done),
            ("notes", Notes(done.Notes)),
        ];
        if (tells || _isFollowed
            || !await session.FirstAsync(_advanceStatement, _ => true, cancellationToken, _advanceStatement.Named(arguments)))
        {
            await WriteAsync(
                _advanceFollowed, cancellationToken,
                _advanceFollowed.Named([.. arguments, ("team_id", group.TeamId), ("tells_hooks", tellsHooks)]));
            _isFollowed |= !tells;
        }

        HasPassed = true;
    }

    /// <summary>Passes an entry that was passed before a replay.</summary>
    public async Task AdvanceReplayedAsync(LogEntry entry, bool applied, CallResult done, CancellationToken cancellationToken)
    {
        await WriteAsync(
            _advanceReplayed, cancellationToken,
            _advanceReplayed.Named(
            [
                .. Passing(entry),
                ("is_applied", applied),
                ("team_id", group.TeamId),
                ("run_id", entry.RunId),
                .. Rows(entry, done),
                ("notes", Notes(done.Notes)),
            ]));
        HasPassed = true;
    }

    /// <summary>Passes an entry that is not applied; with an end, the run ends here with it.</summary>
    public Task SkipAsync(
        LogEntry entry, EntryVerdict.Skip skip, RunEnd? end, IReadOnlyList<string> notes, CancellationToken cancellationToken) =>
        WriteAsync(
            _skipStatement, cancellationToken,
            _skipStatement.Named(
            [
                .. Passing(entry),
                ("is_batch", entry.IsBatch),
                ("run_id", entry.RunId),
                ("why", skip.Why),
                ("run_state", Argument.Of(skip.Counts ? RunEnds.StateAfter(end) ?? "running" : null)),
                ("by_operator", skip.ByOperator),
                ("team_id", group.TeamId),
                ("tells_hooks", tellsHooks),
                ("notes", Notes(notes)),
            ]));

    /// <summary>Fails the entry's run in this sink and passes the entry.</summary>
    public Task FailAsync(LogEntry entry, EntryError error, bool blocks, CancellationToken cancellationToken) =>
        WriteAsync(
            _failStatement, cancellationToken,
            _failStatement.Named(
            [
                .. Passing(entry),
                ("is_batch", entry.IsBatch),
                ("run_id", entry.RunId),
                ("error", error.Message),
                ("blocks", blocks),
                ("team_id", group.TeamId),
                ("tells_hooks", tellsHooks),
                ("detail", Argument.Of(error.Detail)),
            ]));

    /// <summary>Takes the claim back and has the group wait.</summary>
    public Task ParkAsync(LogEntry entry, ParkReason reason, CancellationToken cancellationToken) =>
        WriteAsync(
            _parkStatement, cancellationToken,
            _parkStatement.Named(
                ("group_id", key.GroupId),
                ("sink_id", key.SinkId),
                ("epoch", Epoch),
                ("seq", entry.Seq),
                ("team_id", group.TeamId),
                ("seconds", Argument.Of(reason.For?.TotalSeconds)),
                ("reason", reason.Kind),
                ("error", reason.Error.Message),
                ("silo", silo),
                ("outcome", reason.Outcome),
                ("detail", Argument.Of(reason.Error.Detail))));

    // What every statement that passes an entry takes.
    private (string Name, object Value)[] Passing(LogEntry entry) =>
    [
        ("group_id", key.GroupId),
        ("sink_id", key.SinkId),
        ("epoch", Epoch),
        ("seq", entry.Seq),
        ("created_at", entry.CreatedAt),
        ("silo", silo),
    ];

    // A marker applies no rows; a sink that does not count leaves them unknown.
    private static (string Name, object Value)[] Rows(LogEntry entry, CallResult done) =>
    [
        ("rows_applied", Argument.Of(entry.IsBatch ? done.Batch?.RowsApplied : 0)),
        ("rows_replaced", Argument.Of(entry.IsBatch ? done.Batch?.RowsReplaced : 0)),
        ("values_rounded", done.Batch?.ValuesRounded ?? 0),
    ];

    private static object Notes(IReadOnlyList<string> notes) =>
        Argument.Of(notes.Count > 0 ? [.. notes.Select(StorableText.Of)] : null);
}
