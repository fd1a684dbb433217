using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Tenures;

// A group that is in order goes by windows: one round trip to own it and claim a window, one to advance and claim the next. The last of
// these gives the group up.
internal sealed partial class GroupCursor
{
    private static readonly Statement _ownWindow = QueueStatements.Load("own_window");
    private static readonly Statement _advanceWindow = QueueStatements.Load("advance_window");
    private static readonly Statement _settleRun = QueueStatements.Load("settle_run");

    // How far sink_run may lag behind while a run goes on; with every window it would be one more row to write.
    private static readonly TimeSpan _countEvery = TimeSpan.FromSeconds(1);

    private long _countedAt = time.GetTimestamp();
    private RunCounts? _counts;
    private bool _rowHoldsCounts;
    private long _wokenFrom;

    /// <summary>Takes the group's lock and, when the group is in order, owns it and claims its first window.</summary>
    public async Task<(bool Locked, Window? Window)> TryOwnAsync(int most, CancellationToken cancellationToken)
    {
        var rows = await session.LockAndAllAsync(_ownWindow, ReadOwned, cancellationToken, OwnArguments(most, takesLock: true));
        return (rows.Count > 0, Begin(rows));
    }

    /// <summary>Claims a window of a group whose lock is held already; null when the group is not in order.</summary>
    public async Task<Window?> ClaimWindowAsync(int most) =>
        Begin(await session.AllAsync(_ownWindow, ReadOwned, OwnArguments(most, takesLock: false)));

    /// <summary>Passes the finished part of the window and claims the next; null when there is none, or none that is in order.</summary>
    /// <param name="window">The window.</param>
    /// <param name="result">What was done of it, at least one batch.</param>
    /// <param name="most">The most batches to claim next; 0 claims none.</param>
    /// <param name="onDrained">What becomes of a drained group.</param>
    public async Task<Window?> AdvanceWindowAsync(Window window, WindowResult result, int most, OnDrained onDrained)
    {
        var last = window.Entries[result.Finished - 1];
        var counts = RunCounts.Add(_counts, window, result.Results);
        var rows = await SendAsync(onDrained, AdvanceArguments(window, result, last, counts, most, onDrained));
        if (rows is not [.., { Moved: { } cursor }])
        {
            await AdvanceOneByOneAsync(window, result);
            return null;
        }

        HasPassed = true;
        IsReleased = cursor.IsDrained;
        IsLockReleased = cursor.IsDrained && onDrained == OnDrained.GiveUpGroupAndLock;
        (_counts, _rowHoldsCounts) = (cursor.KeepsCounts ? counts : null, cursor.KeepsCounts);
        if (!cursor.KeepsCounts)
        {
            _countedAt = time.GetTimestamp();
        }

        var entries = rows.ConvertAll(r => r.Entry).OfType<LogEntry>().ToList();
        return entries.Count == 0 ? null : new Window(entries, cursor.ClaimedAt, last.Seq);
    }

    /// <summary>Moves the counts that stand in the cursor's row, a former owner's as well, to their run.</summary>
    public async Task SettleCountsAsync()
    {
        if (_rowHoldsCounts)
        {
            await session.FirstAsync(_settleRun, _ => true, CancellationToken.None, key.GroupId, key.SinkId, Epoch);
            (_counts, _rowHoldsCounts) = (null, false);
        }
    }

    // There are two cases:
    // - A sink was added that follows this one and is woken with each step.
    // - The ownership is lost, and the first step says so.
    private async Task AdvanceOneByOneAsync(Window window, WindowResult result)
    {
        await SettleCountsAsync();
        for (var i = 0; i < result.Finished; i++)
        {
            var isLast = i == result.Finished - 1;
            await AdvanceAsync(
                window.Entries[i], new CallResult { Batch = result.Results[i], Notes = isLast ? result.Notes : [] },
                CancellationToken.None);
        }
    }

    private object[] OwnArguments(int most, bool takesLock) => _ownWindow.Named(
        ("of_group", key.GroupId),
        ("of_sink", key.SinkId),
        ("of_team", group.TeamId),
        ("of_schema", group.SchemaId),
        ("by_silo", silo),
        ("takes_lock", takesLock),
        ("lock_namespace", key.Namespace),
        ("most", most),
        ("tells_hooks", tellsHooks));

    private object[] AdvanceArguments(
        Window window, WindowResult result, LogEntry last, RunCounts counts, int most, OnDrained onDrained) => _advanceWindow.Named(
        ("of_group", key.GroupId),
        ("of_sink", key.SinkId),
        ("of_team", group.TeamId),
        ("of_schema", group.SchemaId),
        ("by_silo", silo),
        ("by_epoch", Epoch),
        ("from_place", Argument.Of(Place)),
        ("from_seq", window.First.Seq),
        ("finished_seq", last.Seq),
        ("finished_created_at", last.CreatedAt),
        ("window_claimed_at", window.ClaimedAt),
        ("counted_run", counts.RunId),
        ("counted_batches", counts.Batches),
        ("counted_announced", Argument.Of(counts.Announced)),
        ("counted_since", counts.StartedAt),
        ("counted_applied", Argument.Of(counts.Applied)),
        ("counted_replaced", Argument.Of(counts.Replaced)),
        ("counted_rounded", counts.Rounded),
        ("counted_differing", counts.Differing),
        ("ended_as", Argument.Of(RunEnds.StateAfter(last.Ends))),
        ("moves_counts", most <= 1 || time.GetElapsedTime(_countedAt) > _countEvery),
        ("most", most),
        ("gives_up", onDrained != OnDrained.Keep),
        ("tells_hooks", tellsHooks),
        ("woken_since", _wokenFrom),
        ("window_applied", WindowCounts.Applied(result.Results)),
        ("window_replaced", WindowCounts.Replaced(result.Results)),
        ("window_rounded", WindowCounts.Rounded(result.Results)),
        ("notes", Argument.Of(result.Notes.Count > 0 ? result.Notes.ToArray() : null)));

    // The last row is the cursor's; it has no place when nothing is claimed.
    private Window? Begin(List<OwnedRow> rows)
    {
        if (rows is not [.. var entries, { Claimed: { } cursor }])
        {
            return null;
        }

        (Epoch, HasClaimed) = (cursor.Epoch, true);
        (_counts, _rowHoldsCounts, _wokenFrom) = (cursor.Counts, cursor.Counts is not null, cursor.WokenFrom);
        return new Window(entries.ConvertAll(r => r.Entry!), cursor.ClaimedAt, cursor.AppliedSeq);
    }

    private Task<List<AdvancedRow>> SendAsync(OnDrained onDrained, object[] arguments) => onDrained == OnDrained.GiveUpGroupAndLock
        ? session.AllAndUnlockReleasedAsync(key, _advanceWindow, ReadAdvanced, rows => rows is [.., { Moved.IsDrained: true }], arguments)
        : session.AllAsync(_advanceWindow, ReadAdvanced, arguments);

    // The place is taken while the session's gate is closed: a beat that comes next may move the row again.
    private OwnedRow ReadOwned(Row reader)
    {
        var row = OwnedRow.Read(reader);
        Place = row.Claimed?.Place ?? Place;
        return row;
    }

    private AdvancedRow ReadAdvanced(Row reader)
    {
        var row = AdvancedRow.Read(reader);
        Place = row.Moved?.Place ?? Place;
        return row;
    }
}
