using Npgsql;
using NpgsqlTypes;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// The statements of a group that is in order: one round trip to own it and claim a window, one to advance and claim the next, and the last
/// of these gives the group up.
/// </summary>
internal sealed class WindowCursor(GroupSession session, GroupKey group, LockKey key, string silo, bool tellsHooks, TimeProvider time, OwnedCursor cursor)
{
    private static readonly Statement OwnWindow = Statement.Load("own_window");
    private static readonly Statement AdvanceWindow = Statement.Load("advance_window");
    private static readonly Statement SettleRun = Statement.Load("settle_run");

    // How far sink_run may lag behind while a run goes on; with every window it would be one more row to write.
    private static readonly TimeSpan _countEvery = TimeSpan.FromSeconds(1);

    private long _countedAt = time.GetTimestamp();
    private RunCounts? _counts;
    private long _wokenFrom;

    /// <summary>Gets a value indicating whether the group was given up: it is drained and has no owner any more.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>Gets a value indicating whether its lock went with it.</summary>
    public bool IsLockReleased { get; private set; }

    /// <summary>Takes the group's lock and, when the group is in order, owns it and claims its first window.</summary>
    public async Task<(bool Locked, Window? Window)> TryOwnAsync(int most, CancellationToken ct)
    {
        var rows = await session.LockAndAllAsync(OwnWindow, ReadOwned, ct, OwnArguments(most, takesLock: true));
        return (rows.Count > 0, Begin(rows));
    }

    /// <summary>Claims a window of a group that is owned already; null when it is not in order.</summary>
    public async Task<Window?> ClaimAsync(int most) =>
        Begin(await session.AllAsync(OwnWindow, ReadOwned, OwnArguments(most, takesLock: false)));

    /// <summary>Passes the finished part of the window and claims the next; null when there is none, or none that is in order.</summary>
    /// <param name="window">The window.</param>
    /// <param name="result">What was done of it, at least one batch.</param>
    /// <param name="most">The most batches to claim next; 0 claims none.</param>
    /// <param name="release">What becomes of a drained group: kept, given up, or given up together with its lock.</param>
    public async Task<Window?> AdvanceAsync(Window window, WindowResult result, int most, OnDrained release)
    {
        var last = window.Entries[result.Finished - 1];
        var counts = RunCounts.Add(_counts, window, result.Results);
        object[] arguments =
        [
            key.GroupId, key.SinkId, group.TeamId, group.SchemaId, silo, cursor.Epoch, Argument.Of(cursor.Place), window.First.Seq,
            last.Seq, last.CreatedAt, window.ClaimedAt, counts.RunId, counts.Batches, Argument.Of(counts.Announced), counts.StartedAt,
            Argument.Of(RunEnds.StateAfter(last.Ends)), most <= 1 || time.GetElapsedTime(_countedAt) > _countEvery, most,
            release != OnDrained.Keep, tellsHooks, _wokenFrom, Argument.Of(counts.Applied), Argument.Of(counts.Replaced), counts.Rounded,
            counts.Differing, .. WindowRows.Of(result.Results), Argument.Of(result.Notes.Count > 0 ? result.Notes.ToArray() : null),
        ];
        var rows = await SendAsync(release, arguments);
        if (rows is not [.., { Entry: null } row])
        {
            await AdvanceOneByOneAsync(window, result);
            return null;
        }

        cursor.Passed();
        IsReleased = row.Drained;
        IsLockReleased = row.Drained && release == OnDrained.GiveUpGroupAndLock;
        _counts = row.KeepsCounts ? counts : null;
        if (!row.KeepsCounts)
        {
            _countedAt = time.GetTimestamp();
        }

        var entries = rows.ConvertAll(r => r.Entry).OfType<LogEntry>().ToList();
        return entries.Count == 0 ? null : new Window(entries, row.ClaimedAt, last.Seq);
    }

    /// <summary>Moves the counts that a former owner or a window left in the cursor's row to their run.</summary>
    public async Task SettleAsync()
    {
        await session.FirstAsync(SettleRun, _ => true, CancellationToken.None, key.GroupId, key.SinkId, cursor.Epoch);
        _counts = null;
    }

    /// <summary>Does so unless nothing was left there by this owner's windows.</summary>
    public Task SettleIfCountedAsync() => _counts is null ? Task.CompletedTask : SettleAsync();

    // A sink was added that follows this one, and is to be woken with each step; or the ownership is lost, and the first step says so.
    private async Task AdvanceOneByOneAsync(Window window, WindowResult result)
    {
        await SettleIfCountedAsync();
        for (var i = 0; i < result.Finished; i++)
        {
            var isLast = i == result.Finished - 1;
            await cursor.AdvanceAsync(
                window.Entries[i], new CallResult { Batch = result.Results[i], Notes = isLast ? result.Notes : [] }, CancellationToken.None);
        }
    }

    private object[] OwnArguments(int most, bool takesLock) =>
        [key.GroupId, key.SinkId, group.TeamId, group.SchemaId, silo, takesLock, key.Namespace, most, tellsHooks];

    // The last row is the cursor's; it has no place when nothing is claimed.
    private Window? Begin(List<OwnedRow> rows)
    {
        if (rows is not [.. var entries, { Owns: true } row])
        {
            return null;
        }

        (_counts, _wokenFrom) = (row.Counts, row.WokenFrom);
        cursor.Took(row.Epoch);
        return new Window(entries.ConvertAll(r => r.Entry!), row.ClaimedAt, row.AppliedSeq);
    }

    private Task<List<AdvancedRow>> SendAsync(OnDrained release, object[] arguments) => release == OnDrained.GiveUpGroupAndLock
        ? session.AllAndUnlockReleasedAsync(key, AdvanceWindow, ReadAdvanced, rows => rows is [.., { Drained: true }], arguments)
        : session.AllAsync(AdvanceWindow, ReadAdvanced, arguments);

    private OwnedRow ReadOwned(NpgsqlDataReader r)
    {
        if (r.IsDBNull(0))
        {
            return new OwnedRow { Entry = WindowEntry.Read(r, 13) };
        }

        cursor.Place = r.GetFieldValue<NpgsqlTid>(0);
        return new OwnedRow
        {
            Owns = true,
            Epoch = r.GetInt64(1),
            AppliedSeq = r.GetInt64(2),
            ClaimedAt = r.GetDateTime(3),
            WokenFrom = r.GetInt64(4),
            Counts = RunCounts.Read(r, 5),
        };
    }

    private AdvancedRow ReadAdvanced(NpgsqlDataReader r)
    {
        if (WindowEntry.Read(r, 4) is { } entry)
        {
            return new AdvancedRow { Entry = entry };
        }

        cursor.Place = r.GetFieldValue<NpgsqlTid>(0);
        return new AdvancedRow { ClaimedAt = r.GetDateTime(1), Drained = r.GetBoolean(2), KeepsCounts = r.GetBoolean(3) };
    }

    // Those of an entry, or of the cursor.
    private readonly record struct OwnedRow(
        LogEntry? Entry, bool Owns, long Epoch, long AppliedSeq, RunCounts? Counts, DateTime ClaimedAt, long WokenFrom);

    private readonly record struct AdvancedRow(LogEntry? Entry, DateTime ClaimedAt, bool Drained, bool KeepsCounts);
}
