using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Parks a group whose sink said "not now", and leaves a group whose batch this silo can't reach to the other silos.
/// </summary>
internal sealed partial class SinkWaits(
    TenureTarget target, GroupCursor cursor, SinkWaitStatements statements, EngineHealth health, TroubleLog troubles,
    OrleansBatchInstruments instruments, ILogger logger)
{
    private static readonly TimeSpan _shortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _firstLook = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _lastLook = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _margin = TimeSpan.FromMinutes(1);

    private bool _isParked;

    /// <summary>Gets the entry that this silo can't reach, when it leaves the group to the others for it; else null.</summary>
    public long? PassedOnAt { get; private set; }

    private string SinkInTrouble => $"Sink {target.Sink}";

    /// <summary>Parks the group for as long as the sink says.</summary>
    public Task ParkAsync(LogEntry entry, SinkNotReadyException answer) =>
        ParkAsync(entry, answer.RetryAfter < _shortestWait ? _shortestWait : answer.RetryAfter, answer.Code, EntryError.Of(answer));

    /// <summary>Parks the group until its batch can run alone.</summary>
    public Task ParkUntilAloneAsync(LogEntry entry, TimeSpan askAgain, string why) =>
        ParkAsync(entry, askAgain, NotReadyCode.Alone, EntryError.Of(why));

    /// <summary>
    /// Leaves the group to the silos that may reach the batch, or parks it when there is none. Silos that can't reach it come one after the
    /// other, because each holds the group's lock: so the last one sees what all others have noted.
    /// </summary>
    public async Task PassOnAsync(LogEntry entry, BatchUnreachableException answer)
    {
        var reason = EntryError.Of(answer);
        var (othersMay, parked) = await statements.PassOnAsync(entry, reason.Message);
        instruments.BatchEnded(target.Sink, target.Group.TeamId, "passed_on");
        if (othersMay)
        {
            PassedOnAt = entry.Seq;
            return;
        }

        await ParkAsync(
            entry, DoublingPause.Bound(parked + 1, _firstLook, _lastLook), NotReadyCode.Unreachable,
            reason.Saying($"{reason.Message} No silo that runs can reach it; one that starts looks at once."));

        // A silo that came between the two statements has not seen the parked row, and was not counted among the others.
        PassedOnAt = await statements.RecallAsync(entry) ? entry.Seq : null;
    }

    /// <summary>Leaves the group to other silos, and to this one after a rest, because the sink can't forget the group now.</summary>
    public void LeaveForNow(long seq) => PassedOnAt = seq;

    /// <summary>Tells the other silos that the group is theirs. To be called once the lock is given back.</summary>
    public Task TellOthersAsync() => PassedOnAt is { } seq ? statements.TellAsync(seq) : Task.CompletedTask;

    /// <summary>Says that the waiting is over when the sink has taken the batch that the group waited with.</summary>
    public async Task EndAsync()
    {
        if (cursor.HasPassed && !_isParked && PassedOnAt is null && health.Sinks.Worked(target.Group, target.Sink))
        {
            var isOfSink = troubles.Worked(SinkInTrouble, target.Group);
            if (await statements.EndAsync() is var (tries, waited) && !isOfSink)
            {
                LogOver(logger, target.Group, target.Sink, tries, waited);
            }
        }
    }

    private async Task ParkAsync(LogEntry entry, TimeSpan wait, string code, EntryError reason)
    {
        _isParked = true;
        await cursor.ParkAsync(entry, ParkReason.NotReady(wait, reason), CancellationToken.None);
        instruments.BatchEnded(target.Sink, target.Group.TeamId, "not_ready");
        health.Sinks.NotReady(target.Group, target.Sink, code, reason.Message, wait);
        var asked = await statements.NoteAsync(entry, code, reason.Message);
        if (NotReadyCode.ConcernsAll(code))
        {
            // What one group says holds up all groups of the sink here: the others are counted.
            troubles.Failed(SinkInTrouble, (wait * 2) + _margin, reason.InFull, LogItWaits, target.Group);
        }
        else if (asked == 1)
        {
            LogItWaits();
        }

        void LogItWaits() => LogWaits(logger, target.Group, target.Sink, entry.Seq, reason.InFull);
    }
}
